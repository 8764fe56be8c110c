using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>Ends a scratch server, deletes its data, and looks whether both are gone.</summary>
internal static class TearDown
{
    public static async Task RunAsync(ScratchFolder scratch, DrillLog log, DrillFindings found)
    {
        await log.CheckAsync("teardown", () => log.PhaseAsync("teardown", async () =>
        {
            await scratch.DisposeAsync();
            List<string> left = [];
            if (Directory.Exists(scratch.Path))
                left.Add($"{scratch.Path} is still there.");
            if (ProcessTable.WithWorkingFolder(scratch.Data).Count > 0)
                left.Add($"A process still works in {scratch.Data}.");
            found.Teardown = left.Count == 0
                ? "The scratch server was ended and its folder deleted; both were looked for and are gone."
                : string.Join(' ', left);
            return CheckResult.From(left, found.Teardown);
        }), CancellationToken.None);
    }
}
