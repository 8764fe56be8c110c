namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>A running server's lock file, which says how far its start is without anybody's login.</summary>
internal static class PostmasterFile
{
    /// <summary>The eighth line (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_PM_STATUS).</summary>
    private const int StatusLine = 7;

    /// <summary>LOCK_FILE_LINE_SOCKET_DIR.</summary>
    private const int SocketLine = 4;

    /// <summary>
    /// Whether recovery is over and anybody may write: "ready". While it goes on the word is "starting", or "standby"
    /// where reads are allowed already, which is when <c>pg_ctl</c> answers that all is well.
    /// </summary>
    public static bool IsReady(string dataFolder) => Line(dataFolder, StatusLine) == "ready";

    /// <summary>Null when no server was started, or none yet has a socket.</summary>
    public static string? SocketFolder(string dataFolder) => Line(dataFolder, SocketLine);

    private static string? Line(string dataFolder, int number)
    {
        try
        {
            return File.ReadLines(Path.Combine(dataFolder, "postmaster.pid")).ElementAtOrDefault(number)?.Trim();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
