using System.Globalization;
using System.Text.RegularExpressions;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>The folder that a restore fills: checked before, and marked until it is whole.</summary>
internal sealed partial class RestoreFolder
{
    /// <summary>While this file lies in it, the folder is no database.</summary>
    public const string MarkerName = "recoveryos-restore-unfinished";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private RestoreFolder(string path) => Path = path;

    public string Path { get; }

    public string Wal => Inside("pg_wal");

    /// <summary>PostgreSQL's own, of the base.</summary>
    public string Manifest => Inside("backup_manifest");

    private string Marker => Inside(MarkerName);

    public static bool IsUnfinished(string folder) => File.Exists(System.IO.Path.Combine(folder, MarkerName));

    /// <summary>Makes it, or takes an empty one, and marks it.</summary>
    /// <exception cref="BackupException">
    /// <c>target_in_use</c> or <c>target_not_empty</c>: it is left as it is.
    /// </exception>
    public static RestoreFolder Prepare(string path, string about)
    {
        var folder = new RestoreFolder(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        Refuse(folder.Path);
        CreateOwnerOnly(folder.Path);
        File.WriteAllText(
            folder.Marker, $"{about}\nThis restore did not end. Delete this folder, and restore again.\n");
        return folder;
    }

    /// <summary>PostgreSQL refuses a data folder that others can look into.</summary>
    public static void CreateOwnerOnly(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PostgresServerException("A PostgreSQL of our own needs Linux or macOS; on Windows, use WSL.");

        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>Refuses what could be somebody's data; looks only.</summary>
    /// <exception cref="BackupException"><c>target_in_use</c> or <c>target_not_empty</c>.</exception>
    public static void Refuse(string path)
    {
        if (File.Exists(path))
            throw new BackupException(
                "target_not_empty", $"{path} is a file: name a folder that is empty or not there.");
        if (RunningServer(path) is { } process)
        {
            throw new BackupException(
                "target_in_use",
                $"A PostgreSQL server runs on {path} (process {process}): nothing is restored over it.");
        }

        for (var above = Above(path); above is not null; above = Above(above))
        {
            if (HoldsDatabase(above))
                throw new BackupException(
                    "target_in_use", $"{path} lies within {above}, the data folder of a PostgreSQL server.");
        }

        if (IsUnfinished(path))
        {
            throw new BackupException(
                "target_not_empty", $"{path} holds a restore that did not end: delete the folder, and restore again.");
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new BackupException(
                "target_not_empty",
                $"{path} is not empty{(HoldsDatabase(path) ? ", it holds a database" : "")}: "
                + "name a folder that is empty or not there.");
        }
    }

    /// <exception cref="BackupException"><c>disk_full</c>: there is less room than is needed.</exception>
    public static void RequireRoom(string path, long bytes)
    {
        var existing = System.IO.Path.GetFullPath(path);
        while (!Directory.Exists(existing))
            existing = System.IO.Path.GetDirectoryName(existing) ?? "/";
        var free = new DriveInfo(existing).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new BackupException("disk_full", string.Create(
                CultureInfo.InvariantCulture,
                $"The restore needs {bytes / 1e6:N0} MB below {existing}, and {free / 1e6:N0} MB are free."));
        }
    }

    public string Inside(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>From here on it is a database.</summary>
    public void Finish() => File.Delete(Marker);

    private static string? Above(string path) => System.IO.Path.GetDirectoryName(path);

    private static bool HoldsDatabase(string path) => File.Exists(System.IO.Path.Combine(path, "PG_VERSION"));

    /// <summary>The process that runs on the folder; null when there is none.</summary>
    private static int? RunningServer(string path)
    {
        if (ProcessTable.WithWorkingFolder(path) is [var process, ..])
            return process;

        // A server in another container, or another user's, shows its lock file only.
        var lockFile = System.IO.Path.Combine(path, "postmaster.pid");
        return File.Exists(lockFile) && File.ReadLines(lockFile).FirstOrDefault() is { } line && Number().IsMatch(line)
            && int.Parse(line, CultureInfo.InvariantCulture) is var id && Directory.Exists($"/proc/{id}")
            ? id
            : null;
    }

    [GeneratedRegex("^[0-9]{1,9}$")]
    private static partial Regex Number();
}
