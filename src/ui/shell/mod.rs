//! The page around the drawings: header, prompt, controls, sections, phone layout.
