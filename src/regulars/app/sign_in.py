"""Signing in, where a password or an identity provider is set."""

from __future__ import annotations

import threading
import time

import streamlit as st

from regulars.app.access import Doorkeeper
from regulars.app.provider import Provider, is_signed_in
from regulars.app.show import ROLE, plain_text

_TURN = threading.Lock()
WAIT_SECONDS = 1.0
KEEP_PLACE = "<script>sessionStorage.setItem('regulars-place', location.pathname + location.search)</script>"
GO_BACK = """<script>
const place = sessionStorage.getItem('regulars-place');
sessionStorage.removeItem('regulars-place');
if (place && place !== location.pathname + location.search) location.replace(place);
</script>"""
"""Streamlit brings everybody back to the first page; the browser remembers which page was asked for."""


def let_in(keeper: Doorkeeper) -> bool:
    """Whether this session may see anything; where it may not yet, ask whoever it is to sign in."""
    if not keeper.asks:
        st.session_state[ROLE] = "editor"
        return True
    return _by_provider(keeper.provider) if keeper.provider else _by_password(keeper)


def _by_provider(provider: Provider) -> bool:
    """What somebody may do is looked up at every click, so that a change of the settings holds after a restart."""
    claims = st.user.to_dict()
    if not is_signed_in(claims):
        st.title("Sign in", anchor=False)
        st.markdown("You are sent to the identity provider of your organization and come back here.")
        st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:")
        st.html(KEEP_PLACE, unsafe_allow_javascript=True)
        return False
    who = str(claims.get("email") or claims.get("name") or claims.get("sub"))
    role = provider.role_of(claims)
    if role is None:
        st.title("You may not look at this", anchor=False)
        st.markdown(
            f"You are signed in as {plain_text(who)}, who is on no list. Whoever runs the app can add you."
        )
        st.button("Sign out", on_click=st.logout, icon=":material/logout:")
        return False
    with st.sidebar:
        if ROLE not in st.session_state:
            st.html(GO_BACK, unsafe_allow_javascript=True)
        st.button(
            "Sign out", on_click=st.logout, icon=":material/logout:", help=f"Signed in as {plain_text(who)}"
        )
    st.session_state[ROLE] = role
    return True


def _by_password(keeper: Doorkeeper) -> bool:
    """Passwords are tried one after the other, whoever asks, and a wrong one takes a second."""
    if ROLE in st.session_state:
        with st.sidebar:
            if st.button("Sign out", icon=":material/logout:"):
                st.session_state.clear()
                st.rerun()
        return True
    st.title("Sign in", anchor=False)
    with st.form("sign-in", width=420):
        password = st.text_input("Password", type="password", autocomplete="current-password")
        tried = st.form_submit_button("Sign in", type="primary")
    if tried:
        with _TURN:
            role = keeper.role_of(password)
            if role is None:
                time.sleep(WAIT_SECONDS)
        if role is not None:
            st.session_state[ROLE] = role
            st.rerun()
        st.error("That is not the password. Ask whoever runs the app for it.")
    return False
