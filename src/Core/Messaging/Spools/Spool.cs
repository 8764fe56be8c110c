using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Spools;

/// <summary>
/// Texts that wait for the database: one sealed file each, synced before the provider is answered, named so that their
/// names sort in the order in which they came and tell, by a keyed hash, which belong to one number.
/// </summary>
public sealed class Spool
{
    internal const string RejectedFolder = "rejected";

    private const string Ending = ".text";

    private readonly string folder;
    private readonly PhoneCipher cipher;
    private readonly TimeProvider time;
    private long last;

    public Spool(IOptions<SpoolOptions> options, PhoneCipher cipher, TimeProvider time)
    {
        folder = options.Value.Folder;
        (this.cipher, this.time) = (cipher, time);
    }

    public bool IsOn => folder.Length > 0;

    // A folder that somebody deleted holds nothing that waits; the next text makes it again.
    private bool Exists => IsOn && Directory.Exists(folder);

    private string Rejected => Path.Combine(folder, RejectedFolder);

    /// <summary>How many texts wait.</summary>
    public int Count => Exists ? Directory.EnumerateFiles(folder, $"*{Ending}").Count() : 0;

    /// <summary>Whether an earlier text of the number waits: the next one must wait behind it.</summary>
    public bool HasFrom(string from) => Exists && Directory.EnumerateFiles(folder, $"*-{Mark(from)}-*{Ending}").Any();

    /// <summary>Keeps a text; when this returns, it survives a power cut.</summary>
    /// <exception cref="SpoolUnavailableException">The disk is full or refuses.</exception>
    public void Append(InboundText text, bool isAnswered)
    {
        var json = JsonSerializer.Serialize(new SpooledText(text, isAnswered), MessagingJson.Default.SpooledText);
        var (ciphertext, keyId) = cipher.SealText(Guid.Empty, json);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{NextStamp():D20}-{Mark(text.From)}-{text.MessageSid}{Ending}");
        try
        {
            Directory.CreateDirectory(folder);
            DurableFile.Write(Path.Combine(folder, name), [.. Encoding.UTF8.GetBytes(keyId + "\n"), .. ciphertext]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SpoolUnavailableException(exception);
        }
    }

    /// <summary>The files that wait, oldest first.</summary>
    internal IReadOnlyList<string> Files() =>
        Exists ? [.. Directory.EnumerateFiles(folder, $"*{Ending}").Order(StringComparer.Ordinal)] : [];

    /// <summary>
    /// Null when the file cannot be read as one of ours; it is then laid aside for a person, not lost.
    /// </summary>
    internal SpooledText? Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var end = bytes.AsSpan().IndexOf((byte)'\n');
        try
        {
            var json = cipher.OpenText(
                Guid.Empty, bytes[(end + 1)..], Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Max(0, end))));
            return JsonSerializer.Deserialize(json, MessagingJson.Default.SpooledText);
        }
        catch (Exception exception) when (exception is CryptographicException or KeyNotFoundException or JsonException)
        {
            Reject(file);
            return null;
        }
    }

    /// <summary>Lays a file aside for a person: it is not lost, and holds up nothing.</summary>
    internal void Reject(string file)
    {
        Directory.CreateDirectory(Rejected);
        File.Move(file, Path.Combine(Rejected, Path.GetFileName(file)), overwrite: true);
    }

    // Rising even when the clock is set back within this process.
    private long NextStamp()
    {
        while (true)
        {
            var before = Interlocked.Read(ref last);
            var next = Math.Max(before + 1, time.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref last, next, before) == before)
            {
                return next;
            }
        }
    }

    private string Mark(string from) => Convert.ToHexStringLower(cipher.Hash(from).AsSpan(0, 8));
}
