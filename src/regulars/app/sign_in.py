"""Signing in, where a password is set."""

from __future__ import annotations

import threading
import time

import streamlit as st

from regulars.app.access import Doorkeeper
from regulars.app.show import ROLE

_TURN = threading.Lock()
WAIT_SECONDS = 1.0


def let_in(keeper: Doorkeeper) -> bool:
    """Whether this session may see anything; where it may not yet, ask for the password.

    Passwords are tried one after the other, whoever asks, and a wrong one takes a second.
    """
    if not keeper.asks:
        st.session_state[ROLE] = "editor"
        return True
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
