"""How shops and their systems call our columns: names written without case, accents, spaces and punctuation.

The number before a line of names is their strength: 1.0 means nothing else, 0.5 means only when nothing better is there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from regulars.terms.money import SYMBOLS

Kind = Literal["id", "text", "time", "clock", "number", "flag"]


@dataclass(frozen=True)
class Field:
    """One of our columns: what its cells hold, its name in words, and the names it goes by."""

    kind: Kind
    words: str
    names: dict[float, str]
    pattern: str = ""
    """Fits the squashed name, at strength 0.6, when no listed name does."""

    @cached_property
    def strengths(self) -> dict[str, float]:
        return {name: strength for strength, names in self.names.items() for name in names.split()}

    def strength(self, squashed: str) -> float:
        """Return how strongly a squashed name says that it is this field."""
        if found := self.strengths.get(squashed):
            return found
        return 0.6 if self.pattern and re.search(self.pattern, squashed) else 0.0


CURRENCY_IN_NAME = re.compile(
    r"[\s_(\[-]+(?:in[\s_]+)?(" + "|".join([*SYMBOLS, "RUB", "IDR", "THB", "HUF", "RON"]) + r")[\s)\]]*$",
    re.IGNORECASE,
)
"""A currency's code at the end of a name: Price (EUR), total_usd, Amount in GBP."""


def squash(name: str) -> str:
    """Return a name without case, accents, spaces, punctuation and the currency behind it.

    >>> squash("Customer ID"), squash("InvoiceNo"), squash("Größe_(m)"), squash("Einzelpreis (EUR)")
    ('customerid', 'invoiceno', 'grossem', 'einzelpreis')
    """
    name = CURRENCY_IN_NAME.sub("", name)
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("#", " number ").casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def currency_in(name: str) -> str | None:
    """Return the currency that a column's name ends in.

    >>> currency_in("Unit Price [GBP]"), currency_in("amount_usd"), currency_in("Country")
    ('GBP', 'USD', None)
    """
    found = CURRENCY_IN_NAME.search(name)
    return found[1].upper() if found else None


FIELDS: dict[str, Field] = {
    "order_id": Field("id", "the order", {
        1.0: "orderid invoice invoiceno invoiceid invoicenumber ordernumber orderno ordernr orderkey ordername"
             " bestellnummer bestellnr bestellid rechnungsnummer rechnungsnr auftragsnummer auftragsnr belegnummer"
             " numerodecommande numerocommande nocommande ncommande ndecommande nfacture npedido idcommande numerofacture numerodefacture"
             " numerodepedido numeropedido idpedido nropedido numerofactura numerodefactura",
        0.9: "order transactionid transactionno transactionnumber receiptid receiptno receiptnumber billno billid"
             " billnumber basketid checkoutid saleid salesid purchaseid salesordernumber salesorderid orderreference",
        0.8: "transaction receipt basket bestellung rechnung commande facture pedido factura ticket ticketno",
    }, r"(order|invoice)(id|no|nr|key|number)$"),
    "customer_id": Field("id", "who bought", {
        1.0: "customerid customerno customernumber customernr customerkey custid custno clientid kundennummer kundennr"
             " kundenid nclient kundnr idclient numeroclient noclient codeclient idcliente numerocliente codigocliente clienteid",
        0.9: "customeruniqueid customeruserid personid buyerid memberid membershipid userid householdkey shopperid consumerid accountid",
        0.8: "customer client buyer user member kunde cliente customercode membernumber cardnumber loyaltycard panelid",
        0.6: "customeruser visitorid",
    }, r"(customer|client|buyer)(id|no|nr|key|number)$"),
    "ordered_at": Field("time", "when it was ordered", {
        1.0: "orderedat orderdate invoicedate orderpurchasetimestamp purchasedate orderdatetime ordertimestamp"
             " transactiondate transactiondatetime datetimeoforder dateoforder orderplacedat bestelldatum"
             " bestellzeitpunkt rechnungsdatum auftragsdatum datecommande datedecommande datedefacture datefacture"
             " fechapedido fechadepedido fechafactura fechadelpedido fechacompra invoicedatetime",
        0.9: "createdat purchasedat datecreated createddate dateofpurchase saledate salesdate receiptdate billdate"
             " creationdate transactiontimestamp transactiontime orderdateandtime placedat boughtat ordercreatedat",
        0.8: "timestamp ts datetime date datum fecha kaufdatum purchasetime eventtime invoicetime",
        0.5: "paidat orderapprovedat datepaid paiddate paymentdate day time when ordertime",
    }, r"^(order|invoice|purchase|transaction|sale)s?(date|time)|(orderdate|purchasedate|invoicedate)"),
    "ordered_time": Field("clock", "the time of day, beside a date", {
        1.0: "ordertime timeoforder timeofday purchasetime transactiontime saletime invoicetime uhrzeit bestellzeit heure hora",
        0.9: "time zeit clock",
    }),
    "product_id": Field("id", "what was bought", {
        1.0: "productid productcode stockcode sku productsku lineitemsku itemid itemcode itemno itemnumber articleid"
             " articleno articlenumber articlecode productno productnumber productkey artikelnummer artikelnr"
             " referenceproduit codeproduit idproduit codigoproducto idproducto codigodeproducto asin upc ean gtin isbn",
        0.9: "movieid filmid bookid trackid songid variantid variantsku skuid itemsku materialnumber plu barcode",
        0.8: "product item article artikel produit producto productname itemname lineitemname bezeichnung",
        0.6: "variantname stockid movie book title",
    }, r"(product|variant|article)(id|sku|code|no)$"),
    "description": Field("text", "what the product is called", {
        1.0: "description productname productdescription itemname itemdescription lineitemname producttitle"
             " articlename artikelbezeichnung artikelname produktname nomproduit descripcion nombreproducto",
        0.9: "bezeichnung beschreibung designation libelle title productlabel itemtitle",
        0.7: "product item article artikel produit producto name nom nombre movie",
    }),
    "quantity": Field("number", "how many units", {
        1.0: "quantity qty quantityrefund lineitemquantity orderquantity quantityordered orderedquantity orderqty itemquantity"
             " menge anzahl stuckzahl quantite cantidad unitssold quantitysold soldquantity qtyordered orderitemquantity",
        0.8: "units count numberofitems nooforders itemcount stuck unidades pieces numberofunits itemsordered",
    }),
    "unit_price": Field("number", "price of a unit", {
        1.0: "unitprice price lineitemprice itemprice priceperunit priceeach productprice sellingprice itemcost"
             " stuckpreis einzelpreis preis preisprostuck prixunitaire prix preciounitario precio saleprice orderitemproductprice",
        0.7: "unitvalue listprice rate mrp retailprice unitcostprice",
    }),
    "amount": Field("number", "price of the line", {
        1.0: "lineamount linetotal lineitemtotal linetotalamount totalprice lineprice itemtotal orderitemtotal rowtotal extendedprice"
             " grosssales netsales salesamount salestotal umsatz zeilensumme",
        0.9: "amount totalamount revenue sales totalsales transactionamount purchaseamount orderamount grossamount totalamt netamount"
             " betrag gesamtbetrag summe gesamtpreis montant montanttotal importe ventas importetotal totallinea",
        0.8: "total sum value spend spent dollars amountspent ordervalue totalvalue totalspent moneyspent totalspend"
             " totalbill pricepaid paid invoiceamount purchasevalue",
    }),
    "order_total": Field("number", "total of the order", {
        1.0: "ordertotal grandtotal ordertotalamount totalorder totalorderamount ordertotalprice gesamtsumme"
             " totalcommande totalpedido totalorderprice",
        0.8: "total totalprice totalamount ordervalue orderamount",
    }),
    "order_subtotal": Field("number", "the order without tax and shipping", {
        1.0: "subtotal ordersubtotal ordersubtotalamount subtotalprice zwischensumme soustotal",
    }),
    "discount": Field("number", "taken off the line", {
        1.0: "lineitemdiscount discount discountamount linediscount itemdiscount orderitemdiscount rabatt remise descuento discounts"
             " discountvalue nachlass",
    }),
    "order_discount": Field("number", "taken off the order", {
        1.0: "orderdiscount cartdiscountamount cartdiscount orderdiscountamount totaldiscount totaldiscounts",
        0.9: "discountamount coupondiscount",
        0.7: "discount discounttotal",
    }),
    "tax": Field("number", "tax on the line", {
        1.0: "linetax itemtax lineitemtax tax taxamount vat vatamount mwst steuer tva iva salestax",
        0.9: "taxes tax5 gst linevat",
    }),
    "order_tax": Field("number", "tax on the order", {
        1.0: "ordertax ordertotaltax ordertotaltaxamount ordertaxamount totaltax taxes taxtotal carttax ordervat",
        0.8: "tax taxamount vat vatamount mwst tva iva",
    }),
    "shipping": Field("number", "shipping charged with the line", {
        1.0: "freightvalue shippingcostline itemshipping lineshipping itemfreight",
        0.9: "freight shipping shippingcost shippingfee shippingcharge shippingamount shippingprice versand versandkosten"
             " fraisdeport fraisdelivraison gastosdeenvio envio",
    }),
    "order_shipping": Field("number", "shipping of the order", {
        1.0: "ordershipping ordershippingamount shippingtotal totalshipping ordershippingcost",
        0.9: "shipping shippingcost shippingfee shippingcharge shippingamount shippingprice deliveryfee versand versandkosten"
             " fraisdeport fraisdelivraison gastosdeenvio envio freight",
    }),
    "order_refund": Field("number", "refunded of the order", {
        1.0: "refundedamount orderrefundamount refundamount orderrefund amountrefunded totalrefunded refundedtotal refundtotal refunds",
        0.7: "refund refunded erstattung remboursement reembolso",
    }),
    "unit_cost": Field("number", "what a unit cost the shop", {
        1.0: "unitcost costperunit productcost costprice purchaseprice einkaufspreis costperitem costeunitario",
        0.8: "cost standardcost buyprice costo coste",
    }),
    "status": Field("text", "the state of the order", {
        1.0: "orderstatus status financialstatus bestellstatus statutcommande estadopedido orderstate",
        0.8: "statut transactionstatus",
    }),
    "updated_at": Field("time", "when the order was last changed", {
        1.0: "updatedat orderupdatedat lastupdated lastupdate lastupdateddate lastmodified lastmodifieddate modifiedat datemodified modifieddate lastupdatedat"
             " dateupdated updateddate geandertam",
    }),
    "cancelled_at": Field("time", "when the order was cancelled", {
        1.0: "cancelledat canceledat ordercancelledat cancellationdate cancelleddate canceleddate storniertam",
    }),
    "currency": Field("text", "currency of the amounts", {
        1.0: "currency currencycode ordercurrency wahrung devise moneda presentmentcurrency currencyiso",
    }),
    "country": Field("text", "where the customer is", {
        1.0: "country countrycode countryregion customercountry shippingcountry billingcountry land pays pais"
             " shippingcountrycode billingcountrycode countryname countryshipping countrybilling",
        0.7: "nation",
    }, r"^countrycode(shipping|billing)$|^(ship|bill)(to)?country"),
    "channel": Field("text", "where it was ordered", {
        1.0: "channel saleschannel orderchannel orderchannelname vertriebskanal kanal canal marketingchannel",
        0.8: "source sourcename store storename shop branch platform ordersource",
        0.6: "devicetype ordertype createdvia",
    }),
    "category": Field("text", "category of the product", {
        1.0: "category productcategory productcategoryname itemcategory categoryname kategorie warengruppe produktgruppe categorie categoria"
             " producttype productgroup productline",
        0.8: "department categories genre genres categoryid subcategory",
    }),
    "consent": Field("flag", "whether the customer may be written to", {
        1.0: "consent acceptsmarketing buyeracceptsmarketing acceptsemailmarketing marketingconsent emailconsent optin newsletter"
             " emailoptin newsletteroptin newslettersubscriber einwilligung emailmarketingconsent marketingoptin",
    }),
    "email": Field("text", "e-mail address", {
        1.0: "email emailaddress customeremail billingemail emailbilling mail customeremailaddress emailadresse courriel"
             " correo correoelectronico contactemail useremail buyeremail",
    }, r"^(billing|customer|buyer|client|contact)s?e?mail|email(address)?(billing|customer)$"),
    "alias_id": Field("id", "the id that orders use for the customer", {1.0: "aliasid"}),
    "signed_up_at": Field("time", "when the customer registered", {
        1.0: "signedupat signupdate signup registeredat registrationdate registeredon dateregistered joindate joinedat"
             " membersince customersince dtcustomer enrollmentdate registriertam dateinscription fecharegistro dateadded"
             " joiningdate becamememberon userregistered accountcreated accountcreatedat",
        0.9: "createdat createddate datecreated creationdate startdate",
    }),
    "valid_from": Field("time", "since when this holds", {1.0: "validfrom effectivefrom effectivedate snapshotdate asof asofdate"}),
    "name": Field("text", "the customer's name", {
        1.0: "customername fullname clientname username displayname kundenname nomclient nombrecliente",
        0.8: "name nom nombre company lastname surname",
    }),
    "rating": Field("number", "the rating", {
        1.0: "rating ratings stars starrating userrating overallrating bewertung note calificacion",
        0.8: "reviewscore score overall reviewrating",
    }),
    "rated_at": Field("time", "when it was rated", {
        1.0: "ratedat ratingdate reviewdate reviewtime timestamp unixreviewtime", 0.8: "date createdat datetime time",
    }),
}  # fmt: skip

TABLE_NAMES = {
    "order_items": r"(order|line|invoice|sales?|basket)_?(items?|lines?|details?|products?|positions?)|positionen|lignes|line_?items?",
    "customers": r"customers?|clients?|users?|members?|people|subscribers?|kunden|clientes",
    "products": r"products?|items?|catalog(ue)?|articles?|artikel|produits?|productos?|movies|books|inventory",
    "ratings": r"ratings?",
    "orders": r"orders?|transactions?|sales|invoices?|purchases?|bestellungen|rechnungen|commandes|factures|pedidos|ventas|receipts?",
}  # fmt: skip
"""Names of tables and files that say what a row is; the first that fits, tried in this order."""

CUSTOMER_WITNESSES = frozenset(
    [
        "firstname",
        "lastname",
        "gender",
        "sex",
        "age",
        "birthdate",
        "dateofbirth",
        "birthday",
        "yearbirth",
        "education",
        "maritalstatus",
        "income",
        "annualincome",
        "phone",
        "phonenumber",
        "loyaltyscore",
        "totalorders",
        "totalspent",
        "orderscount",
        "tags",
        "zip",
        "zipcode",
        "city",
        "tenure",
        "churn",
        "churned",
        "churnflag",
        "ischurned",
        "exited",
        "attritionflag",
        "isatrisk",
        "membership",
        "customerzipcodeprefix",
        "customercity",
        "customerstate",
        "region",
        "purchasefrequency",
    ]
)
"""Columns that speak of a customer, not of an order."""

SIDE_TABLES = r"payments?|refunds?|shipments?|deliver(y|ies)|address(es)?|suppliers?|sellers?|employees?|events?|sessions?|logs?|zahlungen"
"""Tables beside the orders whose columns look like orders or customers and are neither."""

EMAIL_AS_ID = 0.7
"""An address stands for the customer where there is no better id (Shopify, WooCommerce with guests)."""


def table_shape(name: str) -> str | None:
    """Return the shape that the name of a table or file speaks of.

    >>> table_shape("olist_order_items_dataset.csv"), table_shape("customers"), table_shape("data.csv")
    ('order_items', 'customers', None)
    """
    return next((shape for shape, pattern in TABLE_NAMES.items() if _speaks_of(name, pattern)), None)


def is_side_table(name: str) -> bool:
    """Whether the name of a table speaks of something beside the orders.

    >>> is_side_table("olist_order_payments_dataset.csv"), is_side_table("orders")
    (True, False)
    """
    return _speaks_of(name, SIDE_TABLES)


def is_category_table(name: str) -> bool:
    """Whether the name of a table says that it names categories.

    >>> is_category_table("product_category_name_translation.csv"), is_category_table("products")
    (True, False)
    """
    return _speaks_of(name, r"category|categories|kategorien?|catégories?|categorias?")


def _speaks_of(name: str, pattern: str) -> bool:
    stem = re.sub(r"\.\w{2,7}(\.gz)?$", "", name.casefold())
    words = re.sub(r"[^a-z]+", "_", stem)
    return bool(re.search(rf"(?:^|_)(?:{pattern})(?:_|$)", words))
