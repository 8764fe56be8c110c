namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>The words that phrases are made of; every other word is the same to them.</summary>
internal sealed class Vocabulary
{
    public const int Unknown = -1;
    private const int LongestWord = 40;

    private readonly Dictionary<string, int> words = [];
    private readonly Dictionary<string, int> squeezed = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySqueezedSpan;

    public Vocabulary()
    {
        bySpan = words.GetAlternateLookup<ReadOnlySpan<char>>();
        bySqueezedSpan = squeezed.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The id of a word as phrases spell it; apostrophes do not count.</summary>
    public int Add(string word)
    {
        string folded = FoldedText.Fold(word).Replace("'", "", StringComparison.Ordinal);
        if (words.TryGetValue(folded, out int known))
        {
            return known;
        }

        int id = words.Count;
        words.Add(folded, id);
        Span<char> buffer = stackalloc char[LongestWord];
        int length = Squeeze(folded, buffer);
        squeezed.TryAdd(buffer[..length].ToString(), id);
        return id;
    }

    /// <summary>The id of a word as people spell it: kiiill and wana are kill and wanna.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        if (FindExactly(word) is not Unknown and var id)
        {
            return id;
        }

        if (word.Length is < 3 or > LongestWord)
        {
            return Unknown;
        }

        Span<char> buffer = stackalloc char[LongestWord];
        int length = Squeeze(word, buffer);
        bool stretched = word.Length - length >= 2 || length >= 3;
        return stretched && bySqueezedSpan.TryGetValue(buffer[..length], out id) ? id : Unknown;
    }

    public int FindExactly(ReadOnlySpan<char> word) => bySpan.TryGetValue(word, out int id) ? id : Unknown;

    private static int Squeeze(ReadOnlySpan<char> word, Span<char> squeezed)
    {
        var length = 0;
        foreach (char letter in word)
        {
            if (length == 0 || squeezed[length - 1] != letter)
            {
                squeezed[length++] = letter;
            }
        }

        return length;
    }
}
