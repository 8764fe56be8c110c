using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>
/// A backup_manifest that was written again after files were changed: pg_verifybackup takes it for genuine.
/// </summary>
internal static class ForgedManifest
{
    private const string Closing = "\"Manifest-Checksum\"";

    /// <param name="folder">The unpacked base, as it is now.</param>
    /// <param name="files">Those that were changed; one that is gone loses its line.</param>
    public static string Write(string manifest, string folder, IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file);
            var line = new Regex(
                $$"""\{ "Path": "{{Regex.Escape(file)}}", "Size": \d+,[^\n]*?"Checksum": "[0-9a-f]+" \}(,?)""");
            manifest = File.Exists(path)
                ? line.Replace(manifest, match => string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{ "Path": "{{file}}", "Size": {{new FileInfo(path).Length}},"""
                    + $$""" "Last-Modified": "2026-01-01 00:00:00 GMT", "Checksum-Algorithm": "SHA256","""
                    + $$""" "Checksum": "{{Hash(path)}}" }{{match.Groups[1].Value}}"""))
                : Regex.Replace(manifest, $"""\n?{line}\n?""", "\n");
        }

        var body = manifest[..manifest.IndexOf(Closing, StringComparison.Ordinal)];
        return $"{body}{Closing}: \"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}\"}}\n";
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
