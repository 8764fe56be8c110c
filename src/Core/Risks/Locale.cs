namespace RecoveryOS.Core.Risks;

/// <summary>The language (en, fr, es) and country (ISO 3166-1 alpha-2) in which a member is spoken to.</summary>
public readonly record struct Locale(string Language, string Country)
{
    /// <summary>Reads <c>en-US</c>.</summary>
    public static Locale Parse(string text) => new(text[..2], text[3..]);

    public override string ToString() => $"{Language}-{Country}";
}
