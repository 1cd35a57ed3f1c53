"""Laws of the showroom."""

from core.laws import Law

LAWS = [
    Law(
        "display-retired-is-mute",
        "A retired screen holds no token.",
        "SELECT id, name FROM displays_display WHERE state = 'retired' AND token_hash <> ''",
    ),
    Law(
        "display-plays-have-batches",
        "A screen's counted plays are exactly those of the batches it handed in.",
        """
        SELECT display_id, counted, handed_in FROM
            (SELECT display_id, sum(plays) AS counted FROM displays_playcount GROUP BY 1) AS counts
            FULL JOIN (SELECT display_id, sum(plays) AS handed_in FROM displays_playbatch GROUP BY 1) AS batches
            USING (display_id)
        WHERE counted IS DISTINCT FROM handed_in
        """,
    ),
    Law(
        "playlist-one-default",
        "There is exactly one default playlist.",
        "SELECT 'playlists', count(*) FROM playlists_playlist WHERE is_default HAVING count(*) <> 1",
    ),
]
