using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// The checksum of every page on disk, of indexes and all else too. <c>pg_checksums</c> asks for a server that was
/// stopped cleanly, so it is the last look, on the stopped copy: the server has to be stopped at the end in any case.
/// </summary>
internal static class PageChecksumCheck
{
    /// <param name="user">Who may read the folder.</param>
    /// <param name="dataFolder">Of the stopped server.</param>
    /// <param name="hasChecksums">What the backup says of its server.</param>
    public static async Task<CheckResult> RunAsync(
        ServerUser user,
        PostgresBinaries binaries,
        string dataFolder,
        bool hasChecksums,
        CancellationToken cancellationToken)
    {
        if (!hasChecksums)
            return CheckResult.Right(
                "The server was made without page checksums; its pages were read by the other checks.");

        var result = await user.RunAsync([binaries["pg_checksums"], "--check", "-D", dataFolder], cancellationToken);
        var bad = result.Error.Split('\n').Count(
            line => line.Contains("checksum verification failed", StringComparison.Ordinal));
        return result.ExitCode switch
        {
            0 => CheckResult.Right("Every page has the checksum that it says."),
            _ when bad > 0 => CheckResult.Wrong(
                $"{bad} pages have not the checksum that they say: {Explanations.Sentence(result.Reason)}"),
            _ => CheckResult.CouldNotLook($"pg_checksums did not run: {Explanations.Sentence(result.Reason)}"),
        };
    }
}
