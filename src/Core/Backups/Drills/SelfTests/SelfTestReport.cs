using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>What the verifier made of copies that were damaged on purpose.</summary>
public sealed record SelfTestReport(DateTimeOffset At, IReadOnlyList<SelfTestCase> Cases)
{
    [JsonIgnore]
    public bool IsPassed => Cases.Count > 0 && Cases.All(one => one.IsRight);

    /// <summary>The names of the damages that were not caught, or for a wrong reason.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Missed => [.. Cases.Where(one => !one.IsRight).Select(one => one.Name)];
}

/// <param name="Name">What was done to the copy; <c>clean</c>: nothing.</param>
/// <param name="Expected">The check that has to catch it; null: none may.</param>
/// <param name="CaughtBy">The checks that found something wrong.</param>
/// <param name="IsRight">It was caught for the right reason, or a clean one passed.</param>
/// <param name="Detail">The first finding, in words.</param>
public sealed record SelfTestCase(
    string Name, string? Expected, IReadOnlyList<string> CaughtBy, bool IsRight, string Detail, double Seconds);
