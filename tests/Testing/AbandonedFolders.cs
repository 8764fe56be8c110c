using System.Globalization;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Testing;

/// <summary>
/// Folders of tests' servers, named after the process that made them: a killed test run leaves its server running and
/// its folder full.
/// </summary>
public static class AbandonedFolders
{
    /// <summary>A new one, of this process.</summary>
    /// <param name="prefix">No other kind of folder's name begins with it.</param>
    public static string Create(string prefix) => Directory.CreateTempSubdirectory(
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{Environment.ProcessId}-")).FullName;

    /// <summary>Removes those whose process is gone. Of several that look at once, one removes each.</summary>
    public static async Task RemoveAsync(string prefix, CancellationToken cancellationToken)
    {
        foreach (var left in Directory.GetDirectories(Path.GetTempPath(), $"{prefix}*"))
        {
            if (!IsAbandoned(Path.GetFileName(left)[prefix.Length..]))
                continue;

            var claimed = Path.Combine(Path.GetTempPath(), $"{prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
            try
            {
                Directory.Move(left, claimed);
            }
            catch (DirectoryNotFoundException)
            {
                // Somebody else has claimed it.
                continue;
            }

            var processes = () => ProcessTable.WithWorkingFolder(Path.Combine(claimed, "postgres", "data"));
            foreach (var process in processes())
                ProcessTable.Kill(process);
            await ProcessTable.WaitUntilGoneAsync(processes, TimeSpan.FromSeconds(10), cancellationToken);
            Directory.Delete(claimed, recursive: true);
        }
    }

    private static bool IsAbandoned(string name) =>
        int.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var owner)
        && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{owner}"));
}
