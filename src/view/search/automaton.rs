//! Finds many terms in a text in one pass (Aho and Corasick), ignoring the case of ASCII letters.
//!
//! The number of steps is linear in the text, whatever the number of terms, because a cell or a pasted query may have megabytes.
//! Comparing bytes is sufficient, because a UTF-8 character never starts inside another.

use crate::redact::scan::add;

/// A trie of the terms. Each node stands for the beginning of a term.
#[derive(Debug)]
pub(super) struct Automaton {
    /// The root, then the children of each node, in order of their bytes.
    nodes: Vec<Node>,
    /// Whether a term begins with this byte.
    starts: [bool; 256],
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// The last byte.
    byte: u8,
    depth: u32,
    /// The index of the first child, and how many there are.
    first_child: u32,
    children: u32,
    /// The node of the longest proper suffix that is also in the trie.
    fail: u32,
    /// The longest suffix that is a term: its node, or 0.
    last_term: u32,
    /// The index of the term that ends here.
    term: u32,
    /// One bit for each of the first 64 terms that ends here or is a suffix.
    terms: u64,
}

/// Terms that end at one place of a text.
#[derive(Clone, Copy)]
pub(super) struct Match<'a> {
    automaton: &'a Automaton,
    node: u32,
    /// The length of the text until the end of the terms.
    pub(super) end: usize,
}

impl Match<'_> {
    /// Returns the set of the terms, one bit for each of the first 64.
    pub(super) fn terms(self) -> u64 {
        self.automaton.node(self.node).terms
    }

    /// Returns the length of the longest of the terms.
    pub(super) fn longest(self) -> usize {
        self.automaton.node(self.automaton.node(self.node).last_term).depth as usize
    }

    /// Calls `found` with the index of each of the terms, longest first, until it returns `false`.
    pub(super) fn each_term(self, mut found: impl FnMut(usize) -> bool) {
        let mut at = self.automaton.node(self.node).last_term;
        while at > 0 {
            add(1);
            let node = self.automaton.node(at);
            if !found(node.term as usize) {
                return;
            }
            at = self.automaton.node(node.fail).last_term;
        }
    }
}

impl Automaton {
    /// Creates an automaton for terms that are sorted, different, not empty, and contain no upper-case ASCII letters.
    pub(super) fn new(terms: &[Box<str>]) -> Self {
        let mut automaton = Self { nodes: vec![Node::default()], starts: [false; 256] };
        // The terms that begin with each node.
        let mut ranges = vec![(0, terms.len())];
        let mut at = 0;
        while let Some(&(mut next, end)) = ranges.get(at) {
            let mut node = automaton.node(at as u32);
            let byte_of = |term: usize| terms.get(term)?.as_bytes().get(node.depth as usize).copied();
            let fail = automaton.node(node.fail);
            (node.terms, node.last_term) = (fail.terms, fail.last_term);
            if at > 0 && next < end && byte_of(next).is_none() {
                node.term = next as u32;
                node.last_term = at as u32;
                node.terms |= u32::try_from(next).ok().and_then(|term| 1_u64.checked_shl(term)).unwrap_or(0);
                next += 1;
            }
            node.first_child = automaton.nodes.len() as u32;
            while next < end {
                let (first, byte) = (next, byte_of(next).unwrap_or_default());
                while next < end && byte_of(next) == Some(byte) {
                    add(1);
                    next += 1;
                }
                let fail = if at > 0 { automaton.step(node.fail, byte) } else { 0 };
                automaton.starts[usize::from(byte)] |= at == 0;
                automaton.nodes.push(Node { byte, depth: node.depth + 1, fail, ..Node::default() });
                ranges.push((first, next));
                node.children += 1;
            }
            automaton.nodes[at] = node;
            at += 1;
        }
        automaton
    }

    /// Calls `found` wherever terms end, until it returns `false`.
    pub(super) fn scan(&self, text: &[u8], mut found: impl FnMut(Match<'_>) -> bool) {
        let (mut at, mut node) = (0, 0);
        loop {
            if node == 0 {
                let rest = text.get(at..).unwrap_or_default();
                let is_start = |byte: &u8| self.starts[usize::from(byte.to_ascii_lowercase())];
                let skipped = rest.iter().position(is_start).unwrap_or(rest.len());
                add(skipped);
                at += skipped;
            }
            let Some(byte) = text.get(at) else { return };
            node = self.step(node, byte.to_ascii_lowercase());
            at += 1;
            if self.node(node).last_term > 0 && !found(Match { automaton: self, node, end: at }) {
                return;
            }
        }
    }

    /// Returns the set of the terms in a text, one bit for each of the first 64.
    pub(super) fn terms_in(&self, text: &[u8]) -> u64 {
        let mut found = 0;
        self.scan(text, |terms| {
            found |= terms.terms();
            true
        });
        found
    }

    /// Returns the node after `byte`.
    fn step(&self, mut at: u32, byte: u8) -> u32 {
        loop {
            add(1);
            let node = self.node(at);
            let first = node.first_child as usize;
            let children = self.nodes.get(first..first + node.children as usize).unwrap_or_default();
            match children.binary_search_by_key(&byte, |child| child.byte) {
                Ok(child) => return node.first_child + child as u32,
                Err(_) if at == 0 => return 0,
                Err(_) => at = node.fail,
            }
        }
    }

    fn node(&self, index: u32) -> Node {
        self.nodes.get(index as usize).copied().unwrap_or_default()
    }
}
