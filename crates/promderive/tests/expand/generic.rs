struct Generic<'a, T: Clone, D, S, const N: usize>
where
    D: Debug + 'a,
{
    value: Option<&'a T>,
    #[label(display)]
    shown: D,
    #[label(flatten)]
    set: S,
    #[label(skip)]
    size: [u8; N],
}
