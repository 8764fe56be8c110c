namespace FunctionsWorker.Tests;

/// <summary>A content root of a test's own, gone with it.</summary>
internal sealed class AppFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("functions-worker-");

    public string[] Args => ["--contentRoot", _folder.FullName];

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public AppFolder With(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
