namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>Phrases indexed by their first word, so that reading a text costs its words and not the book.</summary>
internal sealed class PhraseBook
{
    private readonly Dictionary<int, List<Entry>> byFirstWord = [];
    private readonly List<Entry> byNumber = [];

    /// <summary>Adds a phrase under a tag of the caller's.</summary>
    public void Add(Phrase phrase, int tag)
    {
        foreach (int word in phrase.FirstWords)
        {
            if (!byFirstWord.TryGetValue(word, out List<Entry>? entries))
            {
                byFirstWord.Add(word, entries = []);
            }

            entries.Add(new Entry(phrase, tag));
        }

        if (phrase.StartsWithNumber)
        {
            byNumber.Add(new Entry(phrase, tag));
        }
    }

    /// <summary>Every phrase found, in the order of the text.</summary>
    public List<PhraseMatch> Find(ReadOnlySpan<Word> words)
    {
        List<PhraseMatch> matches = [];
        for (var at = 0; at < words.Length; at++)
        {
            if (byFirstWord.TryGetValue(words[at].Id, out List<Entry>? entries))
            {
                Find(words, at, entries, matches);
            }

            if (words[at].Digits > 0)
            {
                Find(words, at, byNumber, matches);
            }
        }

        return matches;
    }

    private static void Find(ReadOnlySpan<Word> words, int at, List<Entry> entries, List<PhraseMatch> matches)
    {
        foreach (Entry entry in entries)
        {
            if (entry.Phrase.End(words, at) is >= 0 and var end)
            {
                matches.Add(new PhraseMatch(entry.Tag, at, end, entry.Phrase.Negators));
            }
        }
    }

    private readonly record struct Entry(Phrase Phrase, int Tag);
}

/// <summary>A phrase found in the words from <paramref name="Start"/> up to <paramref name="End"/>.</summary>
internal readonly record struct PhraseMatch(int Tag, int Start, int End, int Negators)
{
    public bool Overlaps(PhraseMatch other) => Start < other.End && other.Start < End;

    public bool Covers(int word) => Start <= word && word < End;
}
