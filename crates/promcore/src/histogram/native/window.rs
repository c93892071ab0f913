//! Counts of buckets of which only some are used.

/// Counts by bucket number.
///
/// Observations are mostly close to each other, so counts are in chunks of neighbours, and the chunk of the last observation is tried first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    /// Sorted by number.
    chunks: Vec<Chunk>,
    /// The position of the chunk that was used last.
    last: usize,
}

#[derive(Clone, Debug)]
struct Chunk {
    /// The number of the first bucket, divided by the length.
    number: i32,
    counts: Box<[u64; Self::LEN]>,
}

impl Chunk {
    const LEN: usize = 32;
}

impl Window {
    /// Adds to the count of a bucket, and returns whether it was empty.
    #[inline]
    pub(crate) fn add(&mut self, bucket: i32, amount: u64) -> bool {
        let chunk = bucket.div_euclid(Chunk::LEN as i32);
        if self
            .chunks
            .get(self.last)
            .is_none_or(|last| last.number != chunk)
        {
            self.last = self.find(chunk);
        }
        let count =
            &mut self.chunks[self.last].counts[bucket.rem_euclid(Chunk::LEN as i32) as usize];
        let was_empty = *count == 0;
        *count = count.wrapping_add(amount);
        was_empty
    }

    #[cold]
    fn find(&mut self, number: i32) -> usize {
        let found = self
            .chunks
            .binary_search_by_key(&number, |chunk| chunk.number);
        found.unwrap_or_else(|at| {
            let counts = Box::new([0; Chunk::LEN]);
            self.chunks.insert(at, Chunk { number, counts });
            at
        })
    }

    /// Empties a bucket, and returns its count.
    pub(crate) fn take(&mut self, bucket: i32) -> u64 {
        let chunk = bucket.div_euclid(Chunk::LEN as i32);
        match self
            .chunks
            .binary_search_by_key(&chunk, |chunk| chunk.number)
        {
            Ok(at) => {
                let within = bucket.rem_euclid(Chunk::LEN as i32) as usize;
                std::mem::take(&mut self.chunks[at].counts[within])
            }
            Err(_) => 0,
        }
    }

    /// Returns the non-empty buckets and their counts, in increasing order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i32, u64)> {
        self.chunks.iter().flat_map(|chunk| {
            let first = chunk.number * Chunk::LEN as i32;
            let buckets = chunk.counts.iter().enumerate();
            let filled = buckets.filter(|&(_, &count)| count > 0);
            filled.map(move |(within, &count)| (first + within as i32, count))
        })
    }

    /// Returns the counts with buckets renamed; buckets that get the same name are added up.
    pub(crate) fn renamed(&self, rename: impl Fn(i32) -> i32) -> Self {
        let mut renamed = Self::default();
        for (bucket, count) in self.iter() {
            renamed.add(rename(bucket), count);
        }
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_where_they_were_put() {
        let mut window = Window::default();
        for bucket in [0, -1, 31, 32, -33, 1_000_000, 0] {
            let is_new = bucket != 0 || window.iter().next().is_none();
            assert_eq!(window.add(bucket, 2), is_new, "{bucket}");
        }
        let all: Vec<_> = window.iter().collect();
        assert_eq!(
            all,
            [(-33, 2), (-1, 2), (0, 4), (31, 2), (32, 2), (1_000_000, 2)]
        );
        assert_eq!((window.take(0), window.take(0), window.take(77)), (4, 0, 0));
        let halves: Vec<_> = window.renamed(|bucket| bucket / 2).iter().collect();
        assert_eq!(halves, [(-16, 2), (0, 2), (15, 2), (16, 2), (500_000, 2)]);
    }
}
