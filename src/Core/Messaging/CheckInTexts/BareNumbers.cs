namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>Five bare numbers in the order of the fields, with nothing around them but polite words.</summary>
internal static class BareNumbers
{
    private const int Fields = 5;
    private const int MostUnclear = 2;

    /// <summary>Null when the tokens are not five numbers in a row.</summary>
    public static KnownValues? Read(List<CheckInToken> tokens)
    {
        int first = tokens.FindIndex(static token => token.Kind == CheckInTokenKind.Number);
        int last = tokens.FindLastIndex(static token => token.Kind == CheckInTokenKind.Number);
        if (first < 0 || !ArePolite(tokens[..first]) || !ArePolite(tokens[(last + 1)..]))
        {
            return null;
        }

        List<CheckInToken>? numbers = first == last ? Listed(tokens[first]) : Separated(tokens[first..(last + 1)]);
        if (numbers is not { Count: Fields })
        {
            return null;
        }

        KnownValues known = KnownValues.None;
        for (var field = 0; field < Fields; field++)
        {
            known = known.With((CheckInField)field, numbers[field].ValueFor((CheckInField)field));
        }

        return known.Missing.Count > MostUnclear ? null : known;
    }

    // A sign or a slash beside the numbers could belong to them.
    private static bool ArePolite(List<CheckInToken> tokens) => tokens.TrueForAll(static token =>
        token.Kind == CheckInTokenKind.Word
            ? CheckInWords.IsPolite(token.Text)
            : token.Text is "," or "." or "!" or ":" or "\n");

    // "80,2,15,7.5,20" is one token; a sixth number would make every comma doubtful.
    private static List<CheckInToken>? Listed(CheckInToken token) =>
        token.Text.Split(',') is { Length: Fields } parts && token.Unit == ""
            ? [.. parts.Select(static part => new CheckInToken(CheckInTokenKind.Number, part))]
            : null;

    private static List<CheckInToken>? Separated(List<CheckInToken> tokens)
    {
        List<CheckInToken> numbers = [];
        int slashes = 0, others = 0, spaces = 0;
        for (var at = 0; at < tokens.Count; at++)
        {
            CheckInToken token = tokens[at];
            if (token.Kind == CheckInTokenKind.Number)
            {
                spaces += at > 0 && tokens[at - 1].Kind == CheckInTokenKind.Number ? 1 : 0;
                numbers.Add(token);
            }
            else if (token.Kind == CheckInTokenKind.Word)
            {
                if (!CheckInWords.IsUnit(token.Text))
                {
                    return null;
                }

                numbers[^1] = numbers[^1] with { Unit = numbers[^1].Unit + token.Text };
            }
            else if (token.Text is not ("," or ";" or "/" or "|" or "\n"))
            {
                return null;
            }
            else
            {
                slashes += token.Text == "/" ? 1 : 0;
                others += token.Text is "/" or "\n" ? 0 : 1;
            }
        }

        bool mixed = others > Fields - 1 || (slashes > 0 && (slashes != Fields - 1 || others + spaces > 0));
        return mixed ? null : numbers;
    }
}
