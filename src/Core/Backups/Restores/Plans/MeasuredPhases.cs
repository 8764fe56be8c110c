using RecoveryOS.Core.Backups.Drills;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>
/// The phases of earlier restores, taken together: a large one tells more of a speed than a small one.
/// </summary>
internal sealed class MeasuredPhases(IReadOnlyList<DrillPhase> phases)
{
    /// <summary>Bytes a second; null where too little was measured to tell.</summary>
    public double? Rate(string name) => Bytes(name) is > 0 and var bytes && Seconds(name) is > 0 and var seconds
        ? bytes / seconds
        : null;

    /// <summary>The seconds that these took together, on average of all restores; null where there was none.</summary>
    public double? Mean(params ReadOnlySpan<string> names)
    {
        var (sum, restores) = (0d, 0);
        foreach (var name in names)
        {
            sum += Seconds(name);
            restores = Math.Max(restores, Of(name).Count());
        }

        return restores > 0 ? sum / restores : null;
    }

    private double Seconds(string name) => Of(name).Sum(phase => phase.Seconds);

    private double Bytes(string name) => Of(name).Sum(phase => (double)(phase.Bytes ?? 0));

    private IEnumerable<DrillPhase> Of(string name) => phases.Where(phase => phase.Name == name);
}
