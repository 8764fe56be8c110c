using System.Globalization;

namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>A piece of a check-in text: a number as written with its unit, a word, or a mark between them.</summary>
internal readonly record struct CheckInToken(CheckInTokenKind Kind, string Text, string Unit = "")
{
    /// <summary>The value in the field's unit, or null when it is not clearly one in the field's range.</summary>
    public int? ValueFor(CheckInField field)
    {
        bool signed = Text[0] is '+' or '-';
        ReadOnlySpan<char> digits = Text.AsSpan(signed ? 1 : 0);
        int point = digits.IndexOfAny('.', ',');
        ReadOnlySpan<char> whole = point < 0 ? digits : digits[..point];
        bool isSleep = field == CheckInField.Sleep, isMood = field == CheckInField.Mood;
        bool unitFits = Unit.Length == 0
            || (isSleep ? CheckInWords.IsHours(Unit) : !isMood && CheckInWords.IsPercent(Unit));
        bool wellFormed = whole.Length is 1 or 2 or 3 && (whole.Length == 1 || whole[0] != '0')
            && (point < 0 || (isSleep && digits.Length == point + 2)) && (isMood || !signed);
        if (!unitFits || !wellFormed)
        {
            return null;
        }

        int value = int.Parse(whole, CultureInfo.InvariantCulture) * (isSleep ? 10 : 1)
            + (point < 0 ? 0 : digits[point + 1] - '0');
        (int least, int most) = field switch
        {
            CheckInField.Mood => (-10, 10),
            CheckInField.Sleep => (0, 240),
            _ => (0, 100),
        };
        value = Text[0] == '-' ? -value : value;
        return value >= least && value <= most ? value : null;
    }
}

internal enum CheckInTokenKind
{
    Number,
    Word,
    Mark,
}
