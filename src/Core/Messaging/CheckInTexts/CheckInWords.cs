using System.Collections.Frozen;
using RecoveryOS.Core.Messaging.Phrases;

namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>The words a check-in may contain in English, Spanish and French, spelled without accents.</summary>
internal static class CheckInWords
{
    private static readonly FrozenSet<string> GuidedWords =
        FrozenSet.Create("checkin", "checkinplease", "startcheckin", "registro", "bilan");

    private static readonly FrozenDictionary<string, GuidedCommand> Commands = new Dictionary<GuidedCommand, string>
    {
        [GuidedCommand.Skip] = "skip pass saltar omitir pasar passer sauter",
        [GuidedCommand.Back] = "back goback previous atras volver anterior retour precedent",
        [GuidedCommand.Leave] = "leave exit done nevermind salir terminar quitter sortir terminer",
    }.SelectMany(static pair => pair.Value.Split(' ').Select(word => KeyValuePair.Create(word, pair.Key)))
        .ToFrozenDictionary();

    private static readonly FrozenSet<string> Hours =
        FrozenSet.Create("h", "hr", "hrs", "hour", "hours", "hora", "horas", "heure", "heures");

    private static readonly FrozenSet<string> Percents =
        FrozenSet.Create("%", "percent", "pct", "porciento", "pourcent");

    private static readonly FrozenSet<string> Polite =
    [
        .. ("hi hello hey good morning evening afternoon night day thanks thank you ty thx thnx checkin check in my "
            + "today todays tonight here is are its heres this for numbers now and ok okay please pls sorry late was "
            + "am the "
            + "bonjour bonsoir salut merci voici mon ma mes bilan est et du jour aujourdhui svp "
            + "hola buenos buenas dias tardes noches gracias aqui esta mi mis registro es y hoy numeros de por favor")
            .Split(' '),
    ];

    private static readonly FrozenDictionary<string, CheckInField> Labels = new Dictionary<CheckInField, string>
    {
        [CheckInField.Adherence] =
            "adherence adherance adhearance adhrence adherense adherece adh adherencia adherensia adhesion observance",
        [CheckInField.Mood] = "mood moods moodtrend mod moood moodd trend animo humor humeur moral",
        [CheckInField.Cravings] =
            "craving cravings cravins cravngs craveings carvings crav antojo antojos ansias ganas envie envies",
        [CheckInField.Sleep] =
            "sleep slept slep sleap sleeep slp sleephours sueno dormi dormido dormir sommeil",
        [CheckInField.Isolation] =
            "isolation isolated isolaton isolatoin isolacion iso isol aislamiento aislado isolement",
    }
        .SelectMany(static pair => pair.Value.Split(' ').Distinct().Select(word => KeyValuePair.Create(word, pair.Key)))
        .ToFrozenDictionary();

    public static bool IsGuided(string text) =>
        GuidedWords.Contains(LettersOf(text));

    public static GuidedCommand? CommandOf(string text) =>
        Commands.TryGetValue(LettersOf(text), out GuidedCommand command) ? command : null;

    public static bool IsPolite(string word) => Polite.Contains(word);

    public static bool IsHours(string word) => Hours.Contains(word);

    public static bool IsPercent(string word) => Percents.Contains(word);

    public static bool IsUnit(string word) => IsHours(word) || IsPercent(word);

    public static CheckInField? LabelOf(string word) => Labels.TryGetValue(word, out CheckInField field) ? field : null;

    private static string LettersOf(string text) => string.Concat(FoldedText.Fold(text).Where(char.IsLetterOrDigit));
}

internal enum GuidedCommand
{
    Skip,
    Back,
    Leave,
}
