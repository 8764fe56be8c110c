using System.Globalization;
using System.Text;

namespace RecoveryOS.Bench.Backups;

/// <summary>What <c>bench backups</c> found.</summary>
internal sealed record BackupFigures(double Gigabytes, int Rounds, IReadOnlyList<BackupRow> Rows)
{
    private const double MostOfBare = 1.1;
    private const double MostMegabytes = 200;

    private BackupRow Bare => Rows[0];

    private BackupRow Own => Rows[1];

    private IEnumerable<BackupRow> Peers => Rows.Skip(3);

    public bool IsMet => Targets().All(target => target.IsMet);

    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{Gigabytes:0.#} GB, medians of {Rounds} rounds"));
        text.AppendLine(Invariant(
            $"{"",-24}{"backup s",10}{"CPU s",8}{"MB",7}{"stored MB",11}{"restore s",11}{"CPU s",8}{"MB",7}"));
        foreach (var row in Rows)
        {
            text.AppendLine(
                Invariant($"{row.Name,-24}{row.BackupSeconds,10:F2}{row.BackupCpuSeconds,8:F2}")
                + Invariant($"{row.BackupMegabytes,7:F0}{row.StoredMegabytes,11:F0}")
                + Invariant($"{row.RestoreSeconds,11:F2}{row.RestoreCpuSeconds,8:F2}{row.RestoreMegabytes,7:F0}"));
        }

        text.AppendLine();
        foreach (var (name, value, most, met) in Targets())
            text.AppendLine(Invariant($"{name,-44}{value,8:F2}   target <= {most,-6:0.##} {(met ? "met" : "MISSED")}"));
        return text.ToString().TrimEnd();
    }

    private IEnumerable<(string Name, double Value, double Most, bool IsMet)> Targets()
    {
        yield return Target("backup / bare pipeline", Own.BackupSeconds / Bare.BackupSeconds, MostOfBare);
        yield return Target("restore / bare pipeline", Own.RestoreSeconds / Bare.RestoreSeconds, MostOfBare);
        yield return Target("backup / the faster peer", Own.BackupSeconds / Peers.Min(row => row.BackupSeconds), 1);
        yield return Target("restore / the faster peer", Own.RestoreSeconds / Peers.Min(row => row.RestoreSeconds), 1);
        yield return Target(
            "peak memory, MB",
            Rows.Skip(1).Take(2).Max(row => Math.Max(row.BackupMegabytes, row.RestoreMegabytes)),
            MostMegabytes);
    }

    private static (string Name, double Value, double Most, bool IsMet) Target(
        string name, double value, double most) =>
        (name, value, most, value <= most);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One contestant's medians; memory is the peak over all rounds.</summary>
internal sealed record BackupRow(
    string Name,
    double BackupSeconds,
    double BackupCpuSeconds,
    double BackupMegabytes,
    double StoredMegabytes,
    double RestoreSeconds,
    double RestoreCpuSeconds,
    double RestoreMegabytes)
{
    private const double Megabyte = 1024 * 1024;

    public static BackupRow Of(string name, IReadOnlyList<(Cost Backup, Cost Restore, long Stored)> rounds) => new(
        name,
        Median(rounds.Select(round => round.Backup.Seconds)),
        Median(rounds.Select(round => round.Backup.CpuSeconds)),
        rounds.Max(round => round.Backup.PeakBytes) / Megabyte,
        Median(rounds.Select(round => (double)round.Stored)) / Megabyte,
        Median(rounds.Select(round => round.Restore.Seconds)),
        Median(rounds.Select(round => round.Restore.CpuSeconds)),
        rounds.Max(round => round.Restore.PeakBytes) / Megabyte);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
