using System.Buffers.Binary;
using System.Globalization;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>
/// Servers that run on this machine and have the system identifier of a restored copy: the one that it is a copy of, or
/// another copy. A copy has it by nature, so nothing is refused; but whoever gives it the address or the archive of the
/// server that it is a copy of has two that PostgreSQL itself can't tell apart.
/// </summary>
internal static class RunningTwins
{
    /// <summary>A sentence for each; of servers whose files we may not read there is none.</summary>
    /// <param name="restored">The copy's own folder.</param>
    public static IReadOnlyList<string> Of(string systemIdentifier, string restored) =>
    [
        .. ProcessTable.WorkingFolders("postgres")
            .Where(server => server.Folder != restored && IdentifierOf(server.Folder) == systemIdentifier)
            .Select(server =>
                $"A server with the same system identifier runs on {server.Folder} (process {server.Id}). "
                + "Before that one is stopped, give this copy neither its port, nor its address, nor its archive."),
    ];

    /// <summary>The first eight bytes of pg_control, in the machine's order (PostgreSQL's ControlFileData).</summary>
    private static string? IdentifierOf(string folder)
    {
        var bytes = new byte[sizeof(ulong)];
        try
        {
            using var control = File.OpenRead(Path.Combine(folder, "global", "pg_control"));
            control.ReadExactly(bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another user's, or one that ends while it is looked at.
            return null;
        }

        var value = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
