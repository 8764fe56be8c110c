using System.Collections.Frozen;

namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>
/// A phrase of words with alternatives: <c>a|b</c> one of them, <c>{name}</c> a class, <c>a?</c> may be missing,
/// <c>#</c> a number, <c>##</c> one of two digits or more,
/// <c>*</c> up to one word and <c>**</c> up to four in the same clause, <c>^</c> and <c>$</c> the text's ends.
/// </summary>
internal sealed class Phrase
{
    private const int MostFillers = 3;

    private readonly Element[] elements;
    private readonly FrozenSet<int> fillers;
    private readonly bool anchored;

    public Phrase(string text, PhraseWords words)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        anchored = parts is ["^", ..];
        elements = [.. parts.Skip(anchored ? 1 : 0).Select(part => Element.Parse(part, words))];
        fillers = words.Fillers;
        Negators = elements.Count(element => element.Words.Overlaps(words.Negators));
        if (elements is [] || elements[0] is not { Gap: 0, IsOptional: false, IsEnd: false })
        {
            throw new FormatException($"A phrase must start with a word: {text}");
        }
    }

    /// <summary>How many of its own words deny something.</summary>
    public int Negators { get; }

    public IEnumerable<int> FirstWords => elements[0].Words;

    public bool StartsWithNumber => elements[0].Digits < Element.NoNumber;

    /// <summary>Where the phrase that begins at a word ends, or -1.</summary>
    public int End(ReadOnlySpan<Word> words, int start) =>
        anchored && start > 0 ? -1 : End(words, start, 0, MostFillers);

    private int End(ReadOnlySpan<Word> words, int at, int next, int fillersLeft)
    {
        if (next == elements.Length)
        {
            return at;
        }

        Element element = elements[next];
        if (element.IsEnd)
        {
            return at == words.Length ? at : -1;
        }

        if (element.Gap > 0)
        {
            return EndAfterGap(words, at, next);
        }

        bool matches = at < words.Length && element.Matches(words[at]);
        if (matches && End(words, at + 1, next + 1, MostFillers) is >= 0 and var end)
        {
            return end;
        }

        if (element.IsOptional && End(words, at, next + 1, fillersLeft) is >= 0 and var without)
        {
            return without;
        }

        bool isFiller = next > 0 && at < words.Length && !words[at].StartsClause && fillers.Contains(words[at].Id);
        return isFiller && fillersLeft > 0 ? End(words, at + 1, next, fillersLeft - 1) : -1;
    }

    private int EndAfterGap(ReadOnlySpan<Word> words, int at, int next)
    {
        for (var skipped = 0; skipped <= elements[next].Gap && at + skipped <= words.Length; skipped++)
        {
            if (at + skipped < words.Length && words[at + skipped].StartsClause)
            {
                return -1;
            }

            if (End(words, at + skipped, next + 1, 0) is >= 0 and var end)
            {
                return end;
            }
        }

        return -1;
    }

    private sealed record Element(FrozenSet<int> Words, int Digits, bool IsOptional, int Gap, bool IsEnd)
    {
        public const int NoNumber = int.MaxValue;

        public bool Matches(Word word) => word.Digits >= Digits || Words.Contains(word.Id);

        public static Element Parse(string part, PhraseWords words)
        {
            bool optional = part.Length > 1 && part.EndsWith('?');
            string[] choices = (optional ? part[..^1] : part).Split('|');
            return part switch
            {
                "*" => new Element(words.None, NoNumber, false, 1, false),
                "**" => new Element(words.None, NoNumber, false, 4, false),
                "$" => new Element(words.None, NoNumber, false, 0, true),
                "#" or "##" => new Element(words.None, part.Length, false, 0, false),
                _ => new Element(words.Resolve(choices), NoNumber, optional, 0, false),
            };
        }
    }
}
