using System.Text.RegularExpressions;

namespace RecoveryOS.Core.Backups.Drills.Logical;

/// <summary>
/// What <c>pg_dumpall --globals-only</c> wrote, fit for a scratch server: the superuser that is there already is not
/// made again, and tablespaces are left out, since they name folders of the live server.
/// </summary>
internal static partial class GlobalsScript
{
    public static IEnumerable<string> Fit(IEnumerable<string> lines, string superuser) => lines
        .Where(line => !Tablespace().IsMatch(line))
        .Where(line => !OwnRole(superuser).IsMatch(line));

    [GeneratedRegex(@"^(CREATE|ALTER|COMMENT ON|SECURITY LABEL ON) TABLESPACE |^(GRANT|REVOKE) .* ON TABLESPACE ")]
    private static partial Regex Tablespace();

    private static Regex OwnRole(string superuser) =>
        new($"""^(CREATE|ALTER) ROLE "?{Regex.Escape(superuser)}"?[ ;]""", RegexOptions.CultureInvariant);
}
