"""The values that pass between the stages: frozen dataclasses, standard library only."""

from __future__ import annotations

from mujaz.domain.articles import MAX_BYTES as MAX_BYTES
from mujaz.domain.articles import Article as Article
from mujaz.domain.articles import Dropped as Dropped
from mujaz.domain.articles import Page as Page
from mujaz.domain.articles import Quote as Quote
from mujaz.domain.articles import Sound as Sound
from mujaz.domain.audio import MP3_FRAME_S as MP3_FRAME_S
from mujaz.domain.audio import Chapter as Chapter
from mujaz.domain.audio import Clip as Clip
from mujaz.domain.audio import Cue as Cue
from mujaz.domain.audio import Loudness as Loudness
from mujaz.domain.audio import Recording as Recording
from mujaz.domain.audio import Unspoken as Unspoken
from mujaz.domain.audio import WordMark as WordMark
from mujaz.domain.episodes import AudioFile as AudioFile
from mujaz.domain.episodes import Correction as Correction
from mujaz.domain.episodes import Episode as Episode
from mujaz.domain.episodes import Excerpt as Excerpt
from mujaz.domain.episodes import PulledStory as PulledStory
from mujaz.domain.episodes import Replaced as Replaced
from mujaz.domain.scripts import PART_OF_KIND as PART_OF_KIND
from mujaz.domain.scripts import Kind as Kind
from mujaz.domain.scripts import Script as Script
from mujaz.domain.scripts import Sentence as Sentence
from mujaz.domain.scripts import Story as Story
from mujaz.domain.voices import Voice as Voice
from mujaz.domain.voices import VoiceFile as VoiceFile
