using System.Globalization;
using RecoveryOS.Core.Backups.Physical;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>
/// Where a restored cluster's tablespaces lie. PostgreSQL makes the links from <c>tablespace_map</c> when it starts:
/// left as it is, that file leads to the first server's own folders.
/// </summary>
internal sealed class TablespaceMap(RestoreFolder folder, IReadOnlyDictionary<string, string>? chosen)
{
    public const string FileName = "tablespace_map";

    /// <summary>The place that was chosen, else a folder beside the data.</summary>
    public string FolderOf(TablespaceBackup tablespace)
    {
        var path = chosen?.GetValueOrDefault(tablespace.Name) ?? chosen?.GetValueOrDefault(tablespace.Location)
            ?? Path.Combine(Path.GetDirectoryName(folder.Path) ?? "/", $"{Path.GetFileName(folder.Path)}_tablespaces",
                tablespace.Oid.ToString(CultureInfo.InvariantCulture));

        return Path.GetFullPath(path);
    }

    /// <summary>Makes the folder, which must be empty, and the link to it.</summary>
    /// <exception cref="BackupException"><c>target_not_empty</c>.</exception>
    public string Prepare(TablespaceBackup tablespace)
    {
        var path = FolderOf(tablespace);
        RestoreFolder.Refuse(path);
        RestoreFolder.CreateOwnerOnly(path);
        return path;
    }

    /// <summary>Writes the map and the links anew.</summary>
    public async Task WriteAsync(IReadOnlyDictionary<uint, string> tablespaces, CancellationToken cancellationToken)
    {
        var file = folder.Inside(FileName);
        if (tablespaces.Count == 0)
        {
            if (File.Exists(file) && (await File.ReadAllTextAsync(file, cancellationToken)).Trim().Length > 0)
            {
                throw new BackupException(
                    "unpack_failed",
                    "The base backup names tablespaces that the catalogue does not know: nothing is started.");
            }

            return;
        }

        await File.WriteAllLinesAsync(
            file, tablespaces.Select(pair => $"{pair.Key} {Escape(pair.Value)}"), cancellationToken);
        foreach (var (oid, path) in tablespaces)
            File.CreateSymbolicLink(folder.Inside($"pg_tblspc/{oid}"), path);
    }

    /// <summary>As xlogrecovery.c reads it: a backslash stands before a backslash or an end of line.</summary>
    private static string Escape(string path) => path
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("\n", "\\\n", StringComparison.Ordinal)
        .Replace("\r", "\\\r", StringComparison.Ordinal);
}
