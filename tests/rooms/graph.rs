//! Circles in a graph, by Tarjan's algorithm for strongly connected components.

/// The groups of two or more nodes, each of which leads to each of the others. `edges[n]` is where node `n` leads to.
pub(crate) fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search { edges, seen: vec![None; edges.len()], stack: Vec::new(), count: 0, found: Vec::new() };
    for node in 0..edges.len() {
        if search.seen[node].is_none() {
            search.visit(node);
        }
    }
    search.found
}

struct Search<'a> {
    edges: &'a [Vec<usize>],
    /// When the node was first visited, and whether it is still on the stack.
    seen: Vec<Option<(usize, bool)>>,
    stack: Vec<usize>,
    count: usize,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    /// The earliest node on the stack that this node leads to.
    fn visit(&mut self, node: usize) -> usize {
        let number = self.count;
        self.count += 1;
        self.seen[node] = Some((number, true));
        self.stack.push(node);
        let edges = self.edges;
        let mut earliest = number;
        for next in &edges[node] {
            earliest = earliest.min(match self.seen[*next] {
                None => self.visit(*next),
                Some((number, true)) => number,
                Some((_, false)) => earliest,
            });
        }
        if earliest == number {
            self.pop(node);
        }
        earliest
    }

    /// All that lies on the stack from this node on leads back to it.
    fn pop(&mut self, node: usize) {
        let start = self.stack.iter().rposition(|other| *other == node).unwrap();
        let mut circle = self.stack.split_off(start);
        for node in &circle {
            self.seen[*node] = self.seen[*node].map(|(number, _)| (number, false));
        }
        circle.sort_unstable();
        if circle.len() > 1 {
            self.found.push(circle);
        }
    }
}
