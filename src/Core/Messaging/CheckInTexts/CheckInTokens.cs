using System.Globalization;
using System.Text;
using RecoveryOS.Core.Messaging.Phrases;

namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>
/// Cuts a text into numbers, words and marks, and refuses what folding could turn into another number.
/// </summary>
internal static class CheckInTokens
{
    private const int LongestCheckIn = 320;
    private const string Marks = ",;/|:=.!?-+()&";

    /// <summary>Null when the text holds something that no check-in has.</summary>
    public static List<CheckInToken>? Read(string text)
    {
        if (text.Length > LongestCheckIn || Plain(text) is not { } plain)
        {
            return null;
        }

        var tokens = new List<CheckInToken>();
        for (var at = 0; at < plain.Length;)
        {
            if (plain[at] == '\n')
            {
                tokens.Add(new CheckInToken(CheckInTokenKind.Mark, "\n"));
                at++;
            }
            else if (char.IsWhiteSpace(plain[at]))
            {
                at++;
            }
            else if (StartsNumber(plain, at))
            {
                at = AddNumber(plain, at, tokens);
            }
            else if (char.IsLetter(plain[at]))
            {
                int end = EndOfWord(plain, at);
                tokens.Add(new CheckInToken(CheckInTokenKind.Word, string.Concat(plain[at..end].Where(char.IsLetter))));
                at = end;
            }
            else if (Marks.Contains(plain[at], StringComparison.Ordinal))
            {
                tokens.Add(new CheckInToken(CheckInTokenKind.Mark, plain[at..(at + 1)]));
                at++;
            }
            else
            {
                return null;
            }
        }

        return tokens;
    }

    // 7 with a stroke through it, a raised 2 and one half are not what they fold to; an emoji is only decoration.
    private static string? Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        var afterDigit = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool isMark = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
            if ((!rune.IsAscii && Rune.IsNumber(rune)) || (isMark && afterDigit) || rune.Value == 0xFFFD)
            {
                return null;
            }

            afterDigit = Rune.IsDigit(rune);
            plain.Append(rune.Value switch
            {
                0x2212 or 0x2010 or 0x2011 or 0x2012 or 0x2013 or 0x2014 or 0xFE63 or 0xFF0D => "-",
                _ when category is UnicodeCategory.OtherSymbol or UnicodeCategory.Format => " ",
                _ when category is UnicodeCategory.ModifierSymbol => " ",
                _ => rune.ToString(),
            });
        }

        return FoldedText.Fold(plain.ToString());
    }

    // A sign belongs to its number only after a space or at a clear beginning: in "mood-2" it may be a dash.
    private static bool StartsNumber(string text, int at) =>
        char.IsAsciiDigit(text[at])
        || (text[at] is '+' or '-' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])
            && (at == 0 || char.IsWhiteSpace(text[at - 1])
                || ",;/|:=".Contains(text[at - 1], StringComparison.Ordinal)));

    private static int AddNumber(string text, int start, List<CheckInToken> tokens)
    {
        int end = EndOf(text, start + 1, char.IsAsciiDigit);
        while (DigitsFollow(text, end) is > 0 and var gap)
        {
            end = EndOf(text, end + gap, char.IsAsciiDigit);
        }

        int unitStart = end < text.Length && text[end] == ' ' && end + 1 < text.Length && text[end + 1] == '%'
            ? end + 1
            : end;
        int unitEnd = EndOf(text, unitStart, static sign => char.IsLetter(sign) || sign is '%' or '\'');
        bool hasUnit = unitEnd > unitStart;
        tokens.Add(
            new CheckInToken(CheckInTokenKind.Number, text[start..end], hasUnit ? text[unitStart..unitEnd] : ""));
        return hasUnit ? unitEnd : end;
    }

    // How far the next digit of "7.5" or "80,-2" is, or 0: one number or a list, that is for the reader to say.
    private static int DigitsFollow(string text, int at)
    {
        if (at + 1 >= text.Length || text[at] is not ('.' or ','))
        {
            return 0;
        }

        bool signed = text[at] == ',' && text[at + 1] is '+' or '-' && at + 2 < text.Length;
        int gap = signed ? 2 : 1;
        return char.IsAsciiDigit(text[at + gap]) ? gap : 0;
    }

    // Don't and check-in are one word each.
    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && (char.IsLetter(text[at])
            || (text[at] is '\'' or '-' && at + 1 < text.Length && char.IsLetter(text[at + 1]))))
        {
            at++;
        }

        return at;
    }

    private static int EndOf(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
        {
            at++;
        }

        return at;
    }
}
