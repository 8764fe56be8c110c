using System.Globalization;
using System.Text.RegularExpressions;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Wal.Reading;

/// <summary>A line of pg_waldump.</summary>
internal sealed partial record DumpedRecord(Lsn Lsn, int Length, string Description)
{
    private const int PageSize = 8192;

    public bool IsCommit => Description.StartsWith("COMMIT", StringComparison.Ordinal);

    public DateTimeOffset CommitTime => DateTimeOffset.ParseExact(
        TimePattern().Match(Description).Value, "yyyy-MM-dd HH:mm:ss.ffffff",
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The first position behind its last byte, over the headers of the pages between.</summary>
    public Lsn End
    {
        get
        {
            var (at, left) = (Lsn.Value, (ulong)Length);
            while (true)
            {
                var onPage = PageSize - (at % PageSize);
                if (left <= onPage)
                    return new Lsn(at + left);
                left -= onPage;
                at += onPage;
                at += at % WalCluster.SegmentSize == 0 ? 40UL : 24UL;
            }
        }
    }

    public static DumpedRecord Parse(string line)
    {
        var match = LinePattern().Match(line);
        Assert.True(match.Success, line);

        return new DumpedRecord(
            Lsn.Parse(match.Groups["lsn"].Value),
            int.Parse(match.Groups["length"].Value, CultureInfo.InvariantCulture),
            match.Groups["description"].Value);
    }

    [GeneratedRegex(
        @"^rmgr: .* len \(rec/tot\): +\d+/ *(?<length>\d+), .* lsn: (?<lsn>[^,]+), .*?, desc: (?<description>.*)$")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")]
    private static partial Regex TimePattern();
}
