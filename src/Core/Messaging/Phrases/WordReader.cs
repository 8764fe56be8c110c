using System.Globalization;
using System.Text;

namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>Cuts a text into words and undoes the ways in which words are hidden: k m s, k.m.s, k1ll, ki*ll.</summary>
internal static class WordReader
{
    private const string LeetSigns = "013457@$!|+8";
    private const string LeetLetters = "oieastasiitb";

    public static List<Word> Read(string text, Vocabulary vocabulary)
    {
        ReadOnlySpan<char> folded = FoldedText.Fold(text);
        var words = new List<Word>(folded.Length / 4 + 4);
        var letters = new SpelledLetters(vocabulary, words);
        var startsClause = true;
        for (var at = 0; at < folded.Length;)
        {
            int length = WordLength(folded[at..]);
            if (length == 0)
            {
                startsClause |= EndsClause(folded, at);
                at += EmojiOrMark(folded[at..], vocabulary, words, ref startsClause);
                continue;
            }

            ReadOnlySpan<char> word = folded.Slice(at, length);
            at += length;
            if (word.Length == 1 && char.IsAsciiLetter(word[0]))
            {
                letters.Append(word[0], startsClause);
            }
            else
            {
                letters.Flush();
                AddWord(word, vocabulary, words, startsClause);
            }

            startsClause = false;
        }

        letters.Flush();
        return words;
    }

    private static int WordLength(ReadOnlySpan<char> rest)
    {
        var length = 0;
        while (length < rest.Length && (char.IsLetterOrDigit(rest[length]) || IsInside(rest, length)))
        {
            length++;
        }

        return length;
    }

    // An apostrophe or a sign that stands for a letter counts between two letters; a dollar sign also in front of one.
    private static bool IsInside(ReadOnlySpan<char> rest, int at) =>
        at + 1 < rest.Length && char.IsLetter(rest[at + 1])
        && (rest[at] == '$'
            || (at > 0 && char.IsLetterOrDigit(rest[at - 1]) && rest[at] is '\'' or '@' or '!' or '*' or '|'));

    private static bool EndsClause(ReadOnlySpan<char> text, int at) =>
        text[at] is '\n' or ';'
        || (text[at] is '.' or '!' or '?' && (at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1])));

    private static int EmojiOrMark(
        ReadOnlySpan<char> rest, Vocabulary vocabulary, List<Word> words, ref bool startsClause)
    {
        Rune.DecodeFromUtf16(rest, out Rune rune, out int length);
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol || (!rune.IsBmp && !Rune.IsWhiteSpace(rune)))
        {
            words.Add(new Word(vocabulary.FindExactly(rest[..length]), Digits: 0, startsClause));
            startsClause = false;
        }

        return length;
    }

    private static void AddWord(ReadOnlySpan<char> raw, Vocabulary vocabulary, List<Word> words, bool startsClause)
    {
        Span<char> word = raw.Length <= 64 ? stackalloc char[raw.Length] : new char[raw.Length];
        int length = 0, digits = 0;
        var plain = true;
        foreach (char sign in raw)
        {
            if (sign is '\'' or '*')
            {
                continue;
            }

            digits += char.IsAsciiDigit(sign) ? 1 : 0;
            plain &= char.IsLetter(sign);
            word[length++] = sign;
        }

        word = word[..length];
        if (length == 0)
        {
            return;
        }

        if (plain || digits == length)
        {
            int id = plain ? vocabulary.Find(word) : vocabulary.FindExactly(word);
            words.Add(new Word(id, digits, startsClause));
            return;
        }

        AddDisguised(word, vocabulary, words, startsClause);
    }

    private static void AddDisguised(Span<char> word, Vocabulary vocabulary, List<Word> words, bool startsClause)
    {
        if (vocabulary.FindExactly(word) is not Vocabulary.Unknown and var exact)
        {
            words.Add(new Word(exact, Digits: 0, startsClause));
            return;
        }

        int digits = word.IndexOfAnyExceptInRange('0', '9');
        Span<char> unit = word[Math.Max(digits, 0)..];
        Span<char> plain = word.Length <= 64 ? stackalloc char[word.Length] : new char[word.Length];
        foreach (char one in "il")
        {
            Undisguise(word, plain, one);
            if (vocabulary.Find(plain) is not Vocabulary.Unknown and var id)
            {
                words.Add(new Word(id, Digits: 0, startsClause));
                return;
            }
        }

        if (word.IndexOfAny("!@$|") is >= 0 and var mark)
        {
            AddWord(word[..mark], vocabulary, words, startsClause);
            AddWord(word[(mark + 1)..], vocabulary, words, startsClause: false);
            return;
        }

        if (digits <= 0)
        {
            words.Add(new Word(Vocabulary.Unknown, Digits: 0, startsClause));
            return;
        }

        words.Add(new Word(vocabulary.FindExactly(word[..digits]), digits, startsClause));
        words.Add(new Word(vocabulary.Find(unit), Digits: 0, StartsClause: false));
    }

    private static void Undisguise(ReadOnlySpan<char> word, Span<char> plain, char one)
    {
        for (var at = 0; at < word.Length; at++)
        {
            int leet = word[at] is '1' or '|' or '!' ? -1 : LeetSigns.IndexOf(word[at]);
            plain[at] = word[at] is '1' or '|' or '!' ? one : leet < 0 ? word[at] : LeetLetters[leet];
        }
    }
}
