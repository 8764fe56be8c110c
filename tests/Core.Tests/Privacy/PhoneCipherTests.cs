using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Tests.Privacy;

public sealed class PhoneCipherTests
{
    private static readonly Guid Account = Guid.Parse("0190a000-0000-7000-8000-000000000001");
    private static readonly PhoneCipher Cipher = Create("k2");

    [Fact]
    public void A_number_opens_again_with_the_key_that_sealed_it()
    {
        var sealedByOld = Create("k1").Seal(Account, Number("+15555550123"));
        Assert.Equal("k1", sealedByOld.KeyId);
        Assert.Equal("+15555550123", Cipher.Open(Account, sealedByOld.Ciphertext, sealedByOld.KeyId).E164);
    }

    [Fact]
    public void The_same_number_never_looks_the_same_but_has_one_hash()
    {
        var first = Cipher.Seal(Account, Number("+15555550123"));
        var second = Cipher.Seal(Account, Number("+15555550123"));
        Assert.NotEqual(first.Ciphertext, second.Ciphertext);
        Assert.Equal(first.Hash, second.Hash);
        Assert.NotEqual(first.Hash, Cipher.Seal(Account, Number("+15555550124")).Hash);
    }

    [Fact]
    public void A_number_of_another_account_does_not_open()
    {
        var phone = Cipher.Seal(Account, Number("+15555550123"));
        Assert.ThrowsAny<CryptographicException>(() => Cipher.Open(Guid.NewGuid(), phone.Ciphertext, phone.KeyId));
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var phone = Cipher.Seal(Account, Number("+15555550123"));
        for (var i = 0; i < phone.Ciphertext.Length; i++)
        {
            var changed = phone.Ciphertext.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => Cipher.Open(Account, changed, phone.KeyId));
            Assert.ThrowsAny<CryptographicException>(() => Cipher.Open(Account, phone.Ciphertext[..i], phone.KeyId));
        }
    }

    [Theory]
    [InlineData("+15555550123", true)]
    [InlineData("+4930123456", true)]
    [InlineData("15555550123", false)]
    [InlineData("+05555550123", false)]
    [InlineData("+1555555", false)]
    [InlineData("+1234567890123456", false)]
    [InlineData("+1555555o123", false)]
    [InlineData("+1 555 555 0123", false)]
    [InlineData("+١٥٥٥٥٥٥٠١٢٣", false)]
    [InlineData(null, false)]
    public void Only_E164_is_a_number(string? text, bool valid) =>
        Assert.Equal(valid, PhoneNumber.TryParse(text, out _));

    [Fact]
    public void A_number_shows_its_last_four_digits_only() => Assert.Equal("…0123", $"{Number("+15555550123")}");

    [Theory]
    [InlineData("k9", 32, 32, "Encryption:ActiveKeyId")]
    [InlineData("k1", 31, 32, "Encryption:Keys:k1")]
    [InlineData("k1", 33, 32, "Encryption:Keys:k1")]
    [InlineData("k1", 32, 16, "Encryption:LookupKey")]
    public void Keys_that_are_none_are_named(string active, int keyLength, int lookupLength, string named)
    {
        var result = new EncryptionKeysValidator().Validate(null, new()
        {
            ActiveKeyId = active,
            Keys = new() { ["k1"] = Convert.ToBase64String(new byte[keyLength]) },
            LookupKey = Convert.ToBase64String(new byte[lookupLength]),
        });
        Assert.StartsWith(named, result.FailureMessage, StringComparison.Ordinal);
    }

    private static PhoneNumber Number(string e164) =>
        PhoneNumber.TryParse(e164, out var number) ? number : throw new ArgumentException("not E.164", nameof(e164));

    private static PhoneCipher Create(string active) => new(Options.Create(new EncryptionOptions
    {
        ActiveKeyId = active,
        Keys = new()
        {
            ["k1"] = Convert.ToBase64String(SHA256.HashData("one"u8)),
            ["k2"] = Convert.ToBase64String(SHA256.HashData("two"u8)),
        },
        LookupKey = Convert.ToBase64String(SHA256.HashData("lookup"u8)),
    }));
}
