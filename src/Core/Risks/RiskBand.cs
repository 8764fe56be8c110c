namespace RecoveryOS.Core.Risks;

/// <summary>The bands of the score: low below 30, elevated below 55, moderate below 75, high from there on.</summary>
public static class RiskBand
{
    public const string Low = "low";
    public const string Elevated = "elevated";
    public const string Moderate = "moderate";
    public const string High = "high";

    public static string Of(int score) => score switch
    {
        < 30 => Low,
        < 55 => Elevated,
        < 75 => Moderate,
        _ => High,
    };
}
