//! What the page holds: one state, one reducer, one table of what lives in the URL.
