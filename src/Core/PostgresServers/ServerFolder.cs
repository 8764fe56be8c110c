using System.Globalization;
using System.Text;
using IOPath = System.IO.Path;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>What lies where in a server's folder.</summary>
internal sealed record ServerFolder(string Path)
{
    public const string SettingsName = "recoveryos.conf";

    public string Data => IOPath.Combine(Path, "data");

    public string NewData => IOPath.Combine(Path, "data.new");

    public string PasswordFile => IOPath.Combine(Path, "password");

    public string Log => IOPath.Combine(Path, "server.log");

    public string LockFile => IOPath.Combine(Data, "postmaster.pid");

    public long LogLength => File.Exists(Log) ? new FileInfo(Log).Length : 0;

    /// <summary>The version that made the data; null while there is none.</summary>
    public int? MajorVersion => File.Exists(IOPath.Combine(Data, "PG_VERSION"))
        ? int.Parse(File.ReadAllText(IOPath.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture)
        : null;

    /// <summary>
    /// The fifth line of a running server's lock file (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_SOCKET_DIR).
    /// </summary>
    public string? SocketFolderOfRunning =>
        File.Exists(LockFile) && File.ReadAllLines(LockFile) is { Length: > 4 } lines ? lines[4] : null;

    public Task WriteSettingsAsync(
        int port,
        string socketFolder,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancellationToken)
    {
        var text = new StringBuilder()
            .AppendLine("# Written at each start.")
            .AppendLine("listen_addresses = '127.0.0.1'")
            .AppendLine(CultureInfo.InvariantCulture, $"port = {port}")
            .AppendLine(CultureInfo.InvariantCulture, $"unix_socket_directories = '{socketFolder}'");
        foreach (var (name, value) in settings)
        {
            var quoted = value.Replace("'", "''", StringComparison.Ordinal);
            text.AppendLine(CultureInfo.InvariantCulture, $"{name} = '{quoted}'");
        }

        return File.WriteAllTextAsync(IOPath.Combine(Data, SettingsName), text.ToString(), cancellationToken);
    }

    /// <summary>The first error that the server logged after <paramref name="offset"/>, if any.</summary>
    public async Task<string?> ReasonAsync(long offset, CancellationToken cancellationToken)
    {
        if (!File.Exists(Log))
            return null;

        await using var stream = File.OpenRead(Log);
        stream.Seek(offset, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains("FATAL:", StringComparison.Ordinal)
                || line.Contains("could not bind", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }
}
