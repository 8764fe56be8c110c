using System.Globalization;
using System.Text.RegularExpressions;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>Runs <c>pg_basebackup</c> into a staging folder.</summary>
internal sealed partial class BaseBackupProgram(
    TargetServer server, PostgresBinaries binaries, string folder, IProgress<BackupProgress>? progress)
{
    private const string Program = "pg_basebackup";

    /// <param name="label">What the server calls this backup.</param>
    /// <param name="compression">As the program's option of that name wants it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False: the server's build cannot pack so, and nothing was written.</returns>
    /// <exception cref="BackupException">It failed; the folder holds nothing of use.</exception>
    public async Task<bool> RunAsync(string label, string compression, CancellationToken cancellationToken)
    {
        var address = server.Address;
        address.ApplicationName = "recoveryos-backup";
        var result = await PostgresTool.RunAsync(
            [
                binaries[Program], "--pgdata", folder, "--format=tar", "--wal-method=stream", "--checkpoint=fast",
                "--manifest-checksums=SHA256", "--no-sync", "--no-password", "--progress", "--label", label,
                $"--compress={compression}",
            ],
            address,
            output: null,
            Report,
            cancellationToken);
        if (result.ExitCode is 0)
            return true;
        if (compression.StartsWith("server-zstd", StringComparison.Ordinal) && result.Errors.Any(IsUnsupported))
            return false;

        throw BackupFailure.OfProgram(Program, result);
    }

    /// <summary>The estimate of the whole is the server's, and may grow.</summary>
    private void Report(string line)
    {
        if (ProgressPattern().Match(line) is { Success: true } match)
            progress?.Report(new BackupProgress("backup", Bytes(match.Groups[1]), Bytes(match.Groups[2])));
    }

    private static long Bytes(Group kilobytes) => long.Parse(kilobytes.ValueSpan, CultureInfo.InvariantCulture) * 1024;

    private static bool IsUnsupported(string line) =>
        line.Contains("not supported by this build", StringComparison.Ordinal)
        || line.Contains("could not set compression worker count", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*(\d+)/(\d+) kB")]
    private static partial Regex ProgressPattern();
}
