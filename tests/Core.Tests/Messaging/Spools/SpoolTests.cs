using System.Text;
using RecoveryOS.Core.Messaging.Spools;
using RecoveryOS.Core.Tests.Messaging.Inbound;

namespace RecoveryOS.Core.Tests.Messaging.Spools;

public sealed class SpoolTests : IDisposable
{
    private const string Other = "+15555550166";

    private readonly SpoolFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Text_comes_back_as_it_was()
    {
        var text = folder.Append("80 2 15 7.5 20 ¿qué? 💊\n", isAnswered: true);

        Assert.Equal(new SpooledText(text, IsAnswered: true), folder.Open().Read(Assert.Single(folder.Waiting)));
    }

    [Fact]
    public void Body_that_was_cut_within_a_character_comes_back()
    {
        folder.Append("half \ud83d");

        Assert.Equal("half \ufffd", folder.Open().Read(Assert.Single(folder.Waiting))?.Text.Body);
    }

    [Fact]
    public void Neither_a_file_nor_its_name_shows_the_number_or_the_body()
    {
        folder.Append("canarybody");

        var file = Assert.Single(folder.Waiting);
        var all = file + Encoding.Latin1.GetString(File.ReadAllBytes(file));
        Assert.DoesNotContain(TextClinic.Number[1..], all, StringComparison.Ordinal);
        Assert.DoesNotContain("canarybody", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_for_their_owner_only()
    {
        folder.Append("a");

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(folder.Waiting)));
        }
    }

    [Fact]
    public void Files_come_in_the_order_of_the_texts()
    {
        var texts = Enumerable.Range(0, 300).Select(i => folder.Append($"{i}", i % 2 == 0 ? TextClinic.Number : Other))
            .ToList();

        var spool = folder.Open();
        Assert.Equal(texts, spool.Files().Select(file => spool.Read(file)?.Text));
        Assert.Equal(300, spool.Count);
    }

    [Fact]
    public void Parallel_texts_each_get_a_file_of_their_own()
    {
        Parallel.For(0, 200, i => folder.Append($"{i}"));

        Assert.Equal(200, folder.Spool.Count);
    }

    [Fact]
    public void Spool_knows_whose_texts_wait()
    {
        folder.Append("a");

        Assert.True(folder.Open().HasFrom(TextClinic.Number));
        Assert.False(folder.Open().HasFrom(Other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("k1\n")]
    [InlineData("k1\nnot sealed by us, not sealed by us, not sealed by us")]
    [InlineData("k9\nnot sealed by us, not sealed by us, not sealed by us")]
    public void File_that_is_not_ours_is_laid_aside_for_a_person(string content)
    {
        var file = Path.Combine(folder.Path, "00000000000000000001-0-SM1.text");
        File.WriteAllText(file, content);

        Assert.Null(folder.Spool.Read(file));
        Assert.Empty(folder.Waiting);
        Assert.Equal(content, File.ReadAllText(Assert.Single(folder.Rejected)));
    }

    [Fact]
    public void File_with_a_changed_byte_is_laid_aside_whole()
    {
        folder.Append("a");
        var file = Assert.Single(folder.Waiting);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);

        Assert.Null(folder.Spool.Read(file));
        Assert.Equal(bytes, File.ReadAllBytes(Assert.Single(folder.Rejected)));
    }

    [Fact]
    public void Half_a_file_that_a_crash_left_is_no_text()
    {
        File.WriteAllText(Path.Combine(folder.Path, "00000000000000000001-0-SM1.text.new"), "k1\n…");

        Assert.Equal(0, folder.Spool.Count);
        Assert.Empty(folder.Spool.Files());
    }

    [Fact]
    public void Text_that_cannot_be_kept_is_an_error()
    {
        Directory.Delete(folder.Path, recursive: true);
        File.WriteAllText(folder.Path, "a file where the folder was");

        Assert.Throws<SpoolUnavailableException>(() => folder.Append("a"));
        File.Delete(folder.Path);
        Directory.CreateDirectory(folder.Path);
    }

    [Fact]
    public void Folder_that_somebody_deleted_holds_nothing_and_is_made_again()
    {
        Directory.Delete(folder.Path, recursive: true);

        Assert.Equal((0, false), (folder.Spool.Count, folder.Spool.HasFrom(TextClinic.Number)));
        folder.Append("a");
        Assert.Equal(1, folder.Spool.Count);
    }

    [Fact]
    public void Full_disk_is_an_error_and_leaves_no_text()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        var spool = new Spool(
            Microsoft.Extensions.Options.Options.Create(new SpoolOptions { Folder = folder.Path }),
            TextClinic.Cipher,
            new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        spool.Append(new("SM1", TextClinic.Number, "a"), isAnswered: false);
        // The next file's name is known while the clock stands: it leads to the disk that is always full.
        var first = Path.GetFileName(Assert.Single(folder.Waiting));
        var stamp = long.Parse(first[..20], System.Globalization.CultureInfo.InvariantCulture) + 1;
        var next = $"{stamp:D20}{first[20..]}";
        File.CreateSymbolicLink(Path.Combine(folder.Path, next + ".new"), "/dev/full");

        Assert.Throws<SpoolUnavailableException>(
            () => spool.Append(new("SM1", TextClinic.Number, "b"), isAnswered: false));
        Assert.Equal(first, Path.GetFileName(Assert.Single(folder.Waiting)));
    }

    [Fact]
    public void Without_a_folder_nothing_waits()
    {
        var spool = new Spool(
            Microsoft.Extensions.Options.Options.Create(new SpoolOptions()), TextClinic.Cipher, TimeProvider.System);

        Assert.Equal((false, 0, false), (spool.IsOn, spool.Count, spool.HasFrom(TextClinic.Number)));
    }
}
