namespace RecoveryOS.Core.Alerts;

/// <summary>The one place that says how those on call take turns.</summary>
internal static class EscalationSql
{
    /// <summary>How long one contact has before the next one is texted.</summary>
    public const string Turn = "interval '5 minutes'";

    /// <summary>When the contact at <c>position</c> is texted of an alert that opens now.</summary>
    public const string DueAt = $"now() + (position - 1) * {Turn}";

    /// <summary>After the last text of a round nobody acknowledged: how long until all are texted again.</summary>
    public const string Pause = "interval '15 minutes'";

    /// <summary>How often each contact is texted of one alert at most.</summary>
    public const string Rounds = "4";

    /// <summary>An older alert is left to those who look at the board.</summary>
    public const string Horizon = "interval '24 hours'";
}
