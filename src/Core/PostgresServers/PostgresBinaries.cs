using System.Globalization;
using System.Text.RegularExpressions;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>The folder of one installed PostgreSQL with all of its server programs.</summary>
public sealed partial record PostgresBinaries(string Folder, int MajorVersion)
{
    public const int OldestVersion = 15;

    private const string DebianFolder = "/usr/lib/postgresql";
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres", "psql"];

    /// <summary>The full path of one of its programs, such as <c>pgbench</c>.</summary>
    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>
    /// Looks on PATH, then in Debian's folders, newest first; <paramref name="major"/> asks for one version only.
    /// </summary>
    public static Task<PostgresBinaries> FindAsync(int? major, CancellationToken cancellationToken) =>
        FindAsync(Environment.GetEnvironmentVariable("PATH") ?? "", DebianFolder, major, cancellationToken);

    /// <summary>Looks in these places instead.</summary>
    /// <exception cref="PostgresServerException">
    /// None is there; the message says where it looked and what to install.
    /// </exception>
    public static async Task<PostgresBinaries> FindAsync(
        string path, string debianFolder, int? major, CancellationToken cancellationToken)
    {
        foreach (var folder in Candidates(path, debianFolder))
        {
            if (await VersionAsync(folder, cancellationToken) is { } version
                && (major is null ? version >= OldestVersion : version == major))
            {
                return new PostgresBinaries(folder, version);
            }
        }

        var wanted = major is null ? $"{OldestVersion} or newer" : $"{major}, which made this data,";
        throw new PostgresServerException(
            $"PostgreSQL {wanted} was not found on PATH nor in {debianFolder}/*/bin: "
            + $"install it (on Debian and Ubuntu: apt-get install postgresql{(major is null ? "" : $"-{major}")}).");
    }

    /// <summary>
    /// A program on PATH may be a link into the folder that holds all of them; Debian's psql is a wrapper.
    /// </summary>
    private static IEnumerable<string> Candidates(string path, string debianFolder)
    {
        var onPath = path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => new FileInfo(Path.Combine(folder, "postgres")))
            .Where(file => file.Exists)
            .Select(file => file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName)
            .Select(file => Path.GetDirectoryName(file) ?? "/");
        var debian = Directory.Exists(debianFolder)
            ? Directory.EnumerateDirectories(debianFolder)
                .Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _))
                .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
                .Select(folder => Path.Combine(folder, "bin"))
            : [];

        return onPath.Concat(debian)
            .Distinct()
            .Where(folder => Needed.All(program => File.Exists(Path.Combine(folder, program))));
    }

    private static async Task<int?> VersionAsync(string folder, CancellationToken cancellationToken)
    {
        var answer = await ExternalCommand.RunAsync([Path.Combine(folder, "postgres"), "--version"], cancellationToken);

        return VersionPattern().Match(answer.Output) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;
    }

    [GeneratedRegex(@"^postgres \(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
