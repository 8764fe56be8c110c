using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>
/// An entry's file: <c>{"entry": …, "key_id": "…", "signature": "…"}</c>. What is signed, and hashed by the entry after
/// it, is the exact text of the member <c>entry</c>, in UTF-8.
/// </summary>
internal sealed record SignedEntry(byte[] Content, string KeyId, byte[] Signature)
{
    private const string EntryMember = "entry";
    private const string KeyIdMember = "key_id";
    private const string SignatureMember = "signature";

    /// <summary>What the next entry calls <see cref="CatalogueEntry.Previous"/>.</summary>
    public string Hash => HashOf(Content);

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static SignedEntry Sign(CatalogueEntry entry, CatalogueSigner signer)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(entry, BackupJson.Default.CatalogueEntry);
        return new SignedEntry(content, signer.KeyId, signer.Sign(content));
    }

    /// <exception cref="FormatException">It is not such a file.</exception>
    public static SignedEntry Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(file);
            var root = document.RootElement;
            return new SignedEntry(
                Encoding.UTF8.GetBytes(root.GetProperty(EntryMember).GetRawText()),
                root.GetProperty(KeyIdMember).GetString() ?? "",
                root.GetProperty(SignatureMember).GetBytesFromBase64());
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("it is not a signed entry", exception);
        }
    }

    public byte[] ToBytes()
    {
        var file = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(file))
        {
            writer.WriteStartObject();
            writer.WritePropertyName(EntryMember);
            writer.WriteRawValue(Content);
            writer.WriteString(KeyIdMember, KeyId);
            writer.WriteBase64String(SignatureMember, Signature);
            writer.WriteEndObject();
        }

        return file.WrittenSpan.ToArray();
    }
}
