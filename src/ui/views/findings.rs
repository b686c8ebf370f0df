//! Answers to inspections, as views read them.

use crate::protocol::{Finding, Inspection};

/// What has been found about the text on screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings(Vec<(Inspection, Finding)>);

impl Findings {
    /// The answer to an inspection, once it is there.
    pub fn get(&self, inspection: &Inspection) -> Option<&Finding> {
        let answers = |(asked, _): &&(Inspection, Finding)| asked == inspection;
        self.0.iter().find(answers).map(|(_, finding)| finding)
    }

    /// Takes an answer in.
    pub fn insert(&mut self, inspection: Inspection, finding: Finding) {
        self.0.retain(|(asked, _)| *asked != inspection);
        self.0.push((inspection, finding));
    }

    /// Keeps the answers that `is_kept` names.
    pub fn retain(&mut self, is_kept: impl Fn(&Inspection) -> bool) {
        self.0.retain(|(asked, _)| is_kept(asked));
    }
}
