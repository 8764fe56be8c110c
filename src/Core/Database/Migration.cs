using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace RecoveryOS.Core.Database;

/// <summary>
/// One forward-only script, embedded as <c>Migrations/NNNN_name.sql</c>. Its first line, <c>-- compatible-from: N</c>,
/// names the oldest schema version whose builds still work once it is applied.
/// </summary>
public sealed record Migration(int Version, string Name, int CompatibleFrom, string Sql, byte[] Sha256)
{
    private const string Prefix = "Migrations/";
    private const string Header = "-- compatible-from: ";

    /// <summary>The scripts of this build, oldest first.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadFrom(typeof(Migration).Assembly);

    /// <summary>Reads one script.</summary>
    /// <exception cref="FormatException">The name has no number, or the first line is not the header.</exception>
    public static Migration Parse(string name, string sql)
    {
        if (!int.TryParse(name.AsSpan(0, Math.Min(4, name.Length)), NumberStyles.None, null, out var version))
        {
            throw new FormatException($"{name}: a migration is named NNNN_name.sql");
        }

        var line = sql.AsSpan(0, Math.Max(0, sql.IndexOf('\n', StringComparison.Ordinal)));
        if (!line.StartsWith(Header, StringComparison.Ordinal)
            || !int.TryParse(line[Header.Length..], NumberStyles.None, null, out var compatibleFrom))
        {
            throw new FormatException($"{name}: the first line is \"{Header}N\"");
        }

        return new Migration(version, name, compatibleFrom, sql, SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
    }

    private static List<Migration> ReadFrom(Assembly assembly) =>
        [.. assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(resource => Parse(resource[Prefix.Length..], Read(assembly, resource)))];

    private static string Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
