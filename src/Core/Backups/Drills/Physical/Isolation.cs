using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Physical;

/// <summary>
/// Nothing is written before it is certain that the server at the socket is the scratch copy, and no live one.
/// </summary>
internal static class Isolation
{
    private const string Label = "Database system identifier:";

    /// <summary>Before the start: the files are of the cluster that the backup is from.</summary>
    public static async Task<CheckResult> IdentifyAsync(
        string dataFolder, RestorePlan plan, CancellationToken cancellationToken)
    {
        var binaries = await TargetServer.BinariesAsync(plan.Base.Server.MajorVersion, cancellationToken);
        var user = await ServerUser.OwnAsync(dataFolder, cancellationToken);
        var control = await user.RunAsync([binaries["pg_controldata"], "-D", dataFolder], cancellationToken);
        if (control.ExitCode != 0)
            return CheckResult.Wrong($"The restored pg_control can't be read: {Explanations.Sentence(control.Reason)}");

        var identifier = control.Output.Split('\n')
            .FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal))?[Label.Length..].Trim();
        return identifier == plan.Base.Server.SystemIdentifier
            ? CheckResult.Right($"The restored files are of the cluster {identifier}.")
            : CheckResult.Wrong(
                $"The restored files are of the cluster {identifier}, expected {plan.Base.Server.SystemIdentifier}.");
    }

    /// <summary>
    /// Before the first write: what answers at the socket runs on the scratch folder, and listens nowhere else.
    /// </summary>
    public static async Task<CheckResult> CheckAsync(
        ServerUnderTest server, RestorePlan plan, string dataFolder, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync("postgres", cancellationToken);
        var (identifier, folder, addresses, archive, standbys, follows) = (await connection.QueryAsync(
            """
            SELECT (SELECT system_identifier::text FROM pg_control_system()), current_setting('data_directory'),
                current_setting('listen_addresses'), current_setting('archive_mode'),
                current_setting('synchronous_standby_names'), current_setting('primary_conninfo')
            """,
            row => (
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.GetString(5)),
            cancellationToken))[0];
        List<string> findings = [];
        if (identifier != plan.Base.Server.SystemIdentifier)
        {
            findings.Add(
                $"The server at the socket is of the cluster {identifier}, "
                + $"expected {plan.Base.Server.SystemIdentifier}.");
        }

        if (Real(folder) != Real(dataFolder))
            findings.Add($"The server at the socket runs on {folder}, expected {dataFolder}.");
        if (addresses is not "")
            findings.Add("The scratch server listens on the network.");
        if (archive != "off" || standbys is not "" || follows is not "")
            findings.Add("The scratch server archives, waits for standbys, or follows another server.");
        return CheckResult.From(
            findings, "The scratch server runs on the scratch folder, has no network address, and archives nothing.");
    }

    private static string Real(string folder) =>
        new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName
            ?? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
