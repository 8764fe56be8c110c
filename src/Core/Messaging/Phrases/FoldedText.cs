using System.Buffers;
using System.Globalization;
using System.Text;

namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>
/// A text without case, accents, invisible characters, styled letters or look-alikes of other scripts.
/// </summary>
internal static class FoldedText
{
    private static readonly SearchValues<char> PlainAscii =
        SearchValues.Create([.. Enumerable.Range(0, 128).Select(static c => (char)c)]);

    // Cyrillic and Greek letters that look like Latin ones, and letters that have no decomposition.
    private const string LookAlikes = "авсеіјкмнорѕтухαβεικνορτυωøłđıł";
    private const string Latin = "abceijkmhopstyxabeiknoptuwoldil";

    public static string Fold(string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(PlainAscii) < 0)
        {
            return text.ToLowerInvariant();
        }

        var folded = new StringBuilder(text.Length);
        foreach (Rune rune in Decompose(text).EnumerateRunes())
        {
            Append(folded, rune);
        }

        return folded.ToString();
    }

    // Lone surrogates become U+FFFD first, because Normalize throws on them.
    private static string Decompose(string text)
    {
        var valid = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            valid.Append((rune.Value & 0xFFFE) == 0xFFFE ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return valid.ToString().Normalize(NormalizationForm.FormKD);
    }

    private static void Append(StringBuilder folded, Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format:
            case UnicodeCategory.ModifierSymbol when rune.Value > 0xFFFF: // skin tones
                return;
        }

        Rune lower = Rune.ToLowerInvariant(rune);
        if (!lower.IsBmp)
        {
            folded.Append(lower.ToString());
            return;
        }

        var letter = (char)lower.Value;
        _ = letter switch
        {
            'œ' => folded.Append("oe"),
            'æ' => folded.Append("ae"),
            'ß' => folded.Append("ss"),
            '\u2019' or '\u2018' or '\u201B' or '\u2032' or '\u00B4' or '\u02BC' => folded.Append('\''),
            '\u115F' or '\u1160' or '\u3164' or '\uFFA0' or '\u2800' => folded, // blank letters
            _ => folded.Append(LookAlikes.IndexOf(letter) is >= 0 and var at ? Latin[at] : letter),
        };
    }
}
