using System.Security.Cryptography;
using System.Text;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>What our slot on a server is called, and our receiver's <c>application_name</c> too.</summary>
public static class SlotName
{
    private const string Prefix = "recoveryos_wal_";

    /// <summary>PostgreSQL's limit for names, in bytes.</summary>
    private const int Limit = 63;

    /// <summary>Such as <c>recoveryos_wal_main</c>: what <c>synchronous_standby_names</c> may list.</summary>
    public static string Of(string server)
    {
        var name = $"{Prefix}{server.Replace('-', '_')}";
        if (name.Length <= Limit && !server.Contains('-', StringComparison.Ordinal))
            return name;

        // Two servers' names may differ in a hyphen, or behind the limit, only.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(server)))[..8];
        return $"{name[..Math.Min(name.Length, Limit - 9)]}_{hash}";
    }
}
