"""The web app: one published release as pages for a marketer (`regulars app`).

``serve`` starts it, ``main`` is what the browser's session runs, ``source`` holds the release open, ``views`` are what
is seen. Only this room knows Streamlit.
"""
