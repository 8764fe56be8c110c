namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>What a text says as a check-in. In doubt it is not one: a wrong value is worse than a question.</summary>
public abstract record CheckInText
{
    private CheckInText()
    {
    }

    /// <summary>All five values, each clear and in range.</summary>
    public sealed record Complete(CheckInValues Values) : CheckInText;

    /// <summary>A check-in with values missing, unclear or out of range: ask for the first of those, once.</summary>
    public sealed record Incomplete(KnownValues Known) : CheckInText
    {
        public IReadOnlyList<CheckInField> Missing => Known.Missing;
    }

    /// <summary>The word that starts the questions one by one.</summary>
    public sealed record Guided : CheckInText;

    /// <summary>Anything else; a person reads it.</summary>
    public sealed record NotACheckIn : CheckInText;

    /// <summary>Takes any text, in linear time.</summary>
    public static CheckInText Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (CheckInWords.IsGuided(text))
        {
            return new Guided();
        }

        List<CheckInToken>? tokens = CheckInTokens.Read(text);
        KnownValues? known = tokens is null ? null : BareNumbers.Read(tokens) ?? LabelledNumbers.Read(tokens);
        return known is null ? new NotACheckIn() : From(known);
    }

    private static CheckInText From(KnownValues known) =>
        known.ToComplete() is { } values ? new Complete(values)
        : known == KnownValues.None ? new NotACheckIn()
        : new Incomplete(known);
}
