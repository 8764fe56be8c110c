using System.Globalization;
using System.Text;

namespace RecoveryOS.Bench.Verifications;

/// <summary>What <c>bench verify</c> found.</summary>
/// <param name="RestoreTestSeconds">The whole command, checks and deletion included.</param>
/// <param name="PipelineSeconds">Of it, up to the first answer of the restored server.</param>
/// <param name="QuietRate">Transactions a second of the live server, with nothing beside it.</param>
/// <param name="TestedRate">The same while one restore test after the other runs beside it.</param>
/// <param name="LimitedRate">The same where the tests are held to a tenth of a processor.</param>
internal sealed record VerifyFigures(
    double Gigabytes,
    int Rounds,
    double BareSeconds,
    double RestoreTestSeconds,
    double PipelineSeconds,
    double WaldumpSeconds,
    double WalReaderSeconds,
    double WalVerifySeconds,
    double WalVerifyAgainSeconds,
    int WalSegments,
    double PgBackRestVerifySeconds,
    double BarmanVerifySeconds,
    double QuietRate,
    double TestedRate,
    double LimitedRate,
    IReadOnlyList<FaultRow> Faults)
{
    public bool IsMet => Targets().All(target => target.IsMet);

    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{Gigabytes:0.##} GB, medians of {Rounds} rounds"));
        foreach (var (name, seconds) in new (string, double)[]
        {
            ("bare unpack, verify and start", BareSeconds),
            ("restore test, whole", RestoreTestSeconds),
            ("restore test, up to the first answer", PipelineSeconds),
            ($"pg_waldump, {WalSegments} segments", WaldumpSeconds),
            ("our reader, the same files, once", WalReaderSeconds),
            ("wal verify, packed in the store", WalVerifySeconds),
            ("wal verify, a second time", WalVerifyAgainSeconds),
            ("pgbackrest verify", PgBackRestVerifySeconds),
            ("barman verify-backup", BarmanVerifySeconds),
        })
        {
            text.AppendLine(Invariant($"{name,-44}{seconds,8:F2} s"));
        }

        text.Append(Invariant($"{"live server alone, beside restore tests,",-44}"));
        text.AppendLine(Invariant($"{QuietRate,8:F0} {TestedRate:F0} transactions/s"));
        text.AppendLine(Invariant($"{"  and beside tests with CpuPercent=10",-44}{LimitedRate,8:F0}"));
        text.AppendLine();
        foreach (var (name, value, rule, met) in Targets())
            text.AppendLine(Invariant($"{name,-44}{value,8:F2}   target {rule,-8} {(met ? "met" : "MISSED")}"));
        text.AppendLine();
        text.AppendLine(Invariant($"{"what was done",-44}{"RecoveryOS",12}{"pgBackRest",12}{"Barman",12}"));
        foreach (var fault in Faults)
        {
            text.Append(Invariant($"{fault.Name,-44}{Word(fault.Ours),12}"));
            text.AppendLine(Invariant($"{Word(fault.PgBackRest),12}{Word(fault.Barman),12}"));
        }

        text.AppendLine("-: the tool keeps no such thing, or it was not tried there");
        return text.ToString().TrimEnd();
    }

    private IEnumerable<(string Name, double Value, string Rule, bool IsMet)> Targets()
    {
        yield return AtMost("whole restore test / bare", RestoreTestSeconds / BareSeconds, 2);
        yield return AtMost("without its checks / bare", PipelineSeconds / BareSeconds, 1.15);
        yield return AtLeast("our reader's speed / pg_waldump's", WaldumpSeconds / WalReaderSeconds, 0.8);
        yield return AtLeast("live server beside tests / alone", TestedRate / QuietRate, 0.95);
        yield return AtLeast("  beside tests with CpuPercent=10 / alone", LimitedRate / QuietRate, 0.95);
        var tried = Faults.Where(fault => fault.Ours is not null).ToList();
        var caught = tried.Count(fault => fault.Ours is true);
        yield return AtLeast("faults caught / tried", (double)caught / tried.Count, 1);
    }

    private static (string, double, string, bool) AtMost(string name, double value, double most) =>
        (name, value, string.Create(CultureInfo.InvariantCulture, $"<= {most}"), value <= most);

    private static (string, double, string, bool) AtLeast(string name, double value, double least) =>
        (name, value, string.Create(CultureInfo.InvariantCulture, $">= {least}"), value >= least);

    private static string Word(bool? caught) => caught switch
    {
        null => "-",
        true => "caught",
        false => "MISSED",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Who noticed a fault; null: it was not tried there.</summary>
internal sealed record FaultRow(string Name, bool? Ours, bool? PgBackRest, bool? Barman);
