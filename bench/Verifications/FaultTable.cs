using System.Text.Json;
using RecoveryOS.Bench.Backups;
using RecoveryOS.Core.Backups;

namespace RecoveryOS.Bench.Verifications;

/// <summary>
/// Does to each tool's own repository what the fault matrix names, and asks the tool. Ours is asked by its self-test,
/// which does the same to copies of its own.
/// </summary>
internal static class FaultTable
{
    // Name, the damage of our self-test, and shell for the others:
    // $F is a stored file of the table, $W a stored segment.
    private static readonly (string Name, string Ours, string? PgBackRest, string? Barman)[] Faults =
    [
        ("a stored file of the base flipped", "base_flipped", Flip("$F"), Flip("$F")),
        ("a stored file of the base truncated", "base_truncated", Cut("$F"), Cut("$F")),
        ("a relation's file missing", "relation_deleted", "rm $F", "rm $F"),
        ("a WAL segment missing", "wal_segment_missing", "rm $W", "rm $W"),
        ("a stored WAL segment flipped", "wal_frame_changed", Flip("$W"), Flip("$W")),
        ("a WAL segment truncated", "wal_truncated", Cut("$W"), Cut("$W")),
        ("a row edited, PostgreSQL's manifest written anew", "row_edited", null, Forge),
        ("a page's bytes flipped, manifest written anew", "heap_byte_flip", null, Forge),
        ("a relation missing, manifest written anew", "relation_deleted_manifest_forged", null, "rm $F\n" + Rewrite),
        ("index items swapped, manifest written anew", "btree_items_swapped", null, null),
        ("a dump without rows", "dump_without_rows", null, null),
        ("a dump cut before it was stored", "dump_cut_before_it_was_stored", null, null),
        ("the catalogue changed", "catalogue_changed", null, null),
        ("a timeline's history missing", "timeline_history_missing", null, null),
        ("an encryption key lost", "key_missing", null, null),
        ("commits lost that were acknowledged", "heartbeats_ahead", null, null),
    ];

    /// <summary>Writes the base's manifest anew, as whoever changes the files can.</summary>
    private const string Rewrite = """
        python3 - "$B" "$F" <<'END'
        import hashlib, json, os, sys
        def crc(content):
            value = 0xffffffff
            for byte in content:
                value ^= byte
                for _ in range(8):
                    value = (value >> 1) ^ (0x82f63b78 if value & 1 else 0)
            return (value ^ 0xffffffff).to_bytes(4, 'little').hex()
        base, changed = sys.argv[1], os.path.relpath(sys.argv[2], sys.argv[1] + '/data')
        path = base + '/data/backup_manifest'
        text = open(path).read()
        lines = text.split('\n')
        out = []
        for line in lines:
            if '"Path": "' + changed + '"' in line:
                tail = ',' if line.rstrip().endswith(',') else ''
                if not os.path.exists(sys.argv[2]):
                    continue
                entry = json.loads(line.rstrip().rstrip(','))
                content = open(sys.argv[2], 'rb').read()
                entry['Size'] = len(content)
                is_sha = entry['Checksum-Algorithm'] == 'SHA256'
                entry['Checksum'] = hashlib.sha256(content).hexdigest() if is_sha else crc(content)
                line = json.dumps(entry) + tail
            out.append(line)
        text = '\n'.join(out)
        body = text[:text.index('"Manifest-Checksum"')]
        open(path, 'w').write(body + '"Manifest-Checksum": "' + hashlib.sha256(body.encode()).hexdigest() + '"}\n')
        END
        """;

    public static async Task<IReadOnlyList<FaultRow>> RunAsync(
        Arena arena, Ours ours, PgBackRest pgBackRest, Barman barman, CancellationToken cancellationToken)
    {
        var output = Path.Combine(arena.Folder, "self-test.json");
        await ours.RunAsync($"restore-test self-test --json >{output} || true", cancellationToken);
        var json = await File.ReadAllTextAsync(output, cancellationToken);
        var report = JsonSerializer.Deserialize(json, BackupJson.Default.SelfTestReport)
            ?? throw new InvalidOperationException("the self-test left no report");
        List<FaultRow> rows = [];
        foreach (var fault in Faults)
        {
            rows.Add(new(
                fault.Name,
                report.Cases.FirstOrDefault(one => one.Name == fault.Ours)?.IsRight,
                fault.PgBackRest is { } one ? await pgBackRest.CatchesAsync(one, cancellationToken) : null,
                fault.Barman is { } other ? await barman.CatchesAsync(other, cancellationToken) : null));
        }

        return rows;
    }

    private static string Flip(string file) => $"""
        python3 - {file} <<'END'
        import sys
        path = sys.argv[1]
        content = bytearray(open(path, 'rb').read())
        content[len(content) // 2] ^= 16
        open(path, 'wb').write(content)
        END
        """;

    private static string Cut(string file) => $"truncate -s $(( $(stat -c %s {file}) * 6 / 10 )) {file}";

    /// <summary>Whoever holds the files may give a page any checksum, which Barman does not look at.</summary>
    private static string Forge => $"{Flip("$F")}\n{Rewrite}";
}
