namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>
/// A run of single letters: a word spelled out (k m s), or what an apostrophe left behind (can t, i m).
/// </summary>
internal sealed class SpelledLetters(Vocabulary vocabulary, List<Word> words)
{
    private const int LongestRun = 64;

    private readonly char[] run = new char[LongestRun];
    private int length;
    private bool startsClause;

    public void Append(char letter, bool startsClause)
    {
        if (length == LongestRun)
        {
            Flush();
        }

        this.startsClause = length == 0 ? startsClause : this.startsClause;
        run[length++] = letter;
    }

    public void Flush()
    {
        ReadOnlySpan<char> letters = run.AsSpan(0, length);
        length = 0;
        if (letters.Length >= 2 && (letters is "im" || (letters.Length >= 3 && IsSpelled(letters))))
        {
            AddSpelled(letters);
            return;
        }

        for (var at = 0; at < letters.Length; at++)
        {
            Add(letters.Slice(at, 1));
        }
    }

    private bool IsSpelled(ReadOnlySpan<char> letters)
    {
        while (letters.Length > 0 && LongestWordAt(letters) is > 0 and var taken)
        {
            letters = letters[taken..];
        }

        return letters.Length == 0;
    }

    private void AddSpelled(ReadOnlySpan<char> letters)
    {
        while (letters.Length > 0)
        {
            int taken = Math.Max(1, LongestWordAt(letters));
            Add(letters[..taken]);
            letters = letters[taken..];
        }
    }

    // Greedy is enough: "k i l l m y s e l f" is "kill myself", and a run that does not divide stays letters.
    private int LongestWordAt(ReadOnlySpan<char> letters)
    {
        for (int taken = Math.Min(letters.Length, 12); taken > 1; taken--)
        {
            if (vocabulary.FindExactly(letters[..taken]) != Vocabulary.Unknown)
            {
                return taken;
            }
        }

        return letters[0] is 'i' or 'a' ? 1 : 0;
    }

    private void Add(ReadOnlySpan<char> word)
    {
        words.Add(new Word(vocabulary.FindExactly(word), Digits: 0, startsClause));
        startsClause = false;
    }
}
