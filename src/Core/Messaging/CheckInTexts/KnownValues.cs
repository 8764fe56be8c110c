using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>The values known so far, in the units of <see cref="CheckInValues"/>; null is not known.</summary>
public sealed record KnownValues(
    int? Adherence = null,
    int? MoodTrend = null,
    int? Cravings = null,
    int? SleepHoursTenths = null,
    int? Isolation = null)
{
    public static KnownValues None { get; } = new();

    /// <summary>What is not known, in the order of the questions.</summary>
    [JsonIgnore]
    public IReadOnlyList<CheckInField> Missing =>
        [.. Enum.GetValues<CheckInField>().Where(one => this[one] is null)];

    public int? this[CheckInField field] => field switch
    {
        CheckInField.Adherence => Adherence,
        CheckInField.Mood => MoodTrend,
        CheckInField.Cravings => Cravings,
        CheckInField.Sleep => SleepHoursTenths,
        _ => Isolation,
    };

    public KnownValues With(CheckInField field, int? value) => field switch
    {
        CheckInField.Adherence => this with { Adherence = value },
        CheckInField.Mood => this with { MoodTrend = value },
        CheckInField.Cravings => this with { Cravings = value },
        CheckInField.Sleep => this with { SleepHoursTenths = value },
        _ => this with { Isolation = value },
    };

    /// <summary>All five, or null while one is missing.</summary>
    public CheckInValues? ToComplete() =>
        (Adherence, MoodTrend, Cravings, SleepHoursTenths, Isolation)
            is (int adherence, int mood, int cravings, int sleep, int isolation)
            ? new CheckInValues(adherence, mood, cravings, sleep, isolation)
            : null;
}
